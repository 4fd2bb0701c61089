package statement

import (
	"slices"

	"github.com/caremarket/caremarket/services/marketposition/facts"

	"github.com/caremarket/caremarket/pkg/geo"
)

// Area is what a statement is about: a district, or an authority with its districts.
type Area struct {
	// Name is districts/{code} or authorities/{code}.
	Name      string
	Title     string
	Code      geo.Code
	Authority geo.Authority
	// Districts are in order of code; of a district, itself.
	Districts []geo.District
}

// Codes are those of its districts.
func (a Area) Codes() []string {
	codes := make([]string, len(a.Districts))
	for i, d := range a.Districts {
		codes[i] = string(d.Code)
	}
	return codes
}

// Includes reports whether a code is that of one of its districts.
func (a Area) Includes(code string) bool {
	return slices.ContainsFunc(a.Districts, func(d geo.District) bool { return string(d.Code) == code })
}

// DistrictArea is the area of a district of the atlas.
func DistrictArea(atlas *geo.Atlas, code geo.Code) Area {
	d, _ := atlas.District(code)
	authority, _ := atlas.AuthorityOf(code)
	return Area{
		Name: facts.DistrictPrefix + string(code), Title: d.Name, Code: code,
		Authority: authority, Districts: []geo.District{d},
	}
}

// one is the statement's area of a single district of an authority.
func (a Area) one(d geo.District) Area {
	return Area{
		Name: facts.DistrictPrefix + string(d.Code), Title: d.Name, Code: d.Code,
		Authority: a.Authority, Districts: []geo.District{d},
	}
}

// AuthorityArea is the area of an authority of the atlas, with its districts.
func AuthorityArea(atlas *geo.Atlas, authority geo.Authority) Area {
	return Area{
		Name: facts.AuthorityPrefix + string(authority.Code), Title: authority.Name, Code: authority.Code,
		Authority: authority, Districts: atlas.DistrictsOf(authority.Code),
	}
}

// districtOf is the one of its districts that has the code.
func (a Area) districtOf(code string) geo.District {
	for _, d := range a.Districts {
		if string(d.Code) == code {
			return d
		}
	}
	return geo.District{}
}
