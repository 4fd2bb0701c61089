package marketposition

import (
	"fmt"
	"slices"

	"github.com/caremarket/caremarket/pkg/errs"
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

// codes are those of its districts.
func (a Area) codes() []string {
	codes := make([]string, len(a.Districts))
	for i, d := range a.Districts {
		codes[i] = string(d.Code)
	}
	return codes
}

// includes reports whether a code is that of one of its districts.
func (a Area) includes(code string) bool {
	return slices.ContainsFunc(a.Districts, func(d geo.District) bool { return string(d.Code) == code })
}

// district finds a district. An old code stands for the district that took its place.
func (s *Server) district(code string) (Area, error) {
	successors := s.atlas.Successors(geo.Code(code))
	switch len(successors) {
	case 0:
		return Area{}, errs.NotFound("district", code)
	case 1:
		return districtArea(s.atlas, successors[0]), nil
	default:
		return Area{}, errs.FailedPrecondition("DISTRICT_DIVIDED", fmt.Sprintf(
			"district %s was divided between %v: ask for one of them", code, successors))
	}
}

func districtArea(atlas *geo.Atlas, code geo.Code) Area {
	d, _ := atlas.District(code)
	authority, _ := atlas.AuthorityOf(code)
	return Area{
		Name: districtPrefix + string(code), Title: d.Name, Code: code,
		Authority: authority, Districts: []geo.District{d},
	}
}

// one is the statement's area of a single district of an authority.
func (a Area) one(d geo.District) Area {
	return Area{
		Name: districtPrefix + string(d.Code), Title: d.Name, Code: d.Code,
		Authority: a.Authority, Districts: []geo.District{d},
	}
}

// authority finds a council with social care duties.
func (s *Server) authority(code string) (Area, error) {
	authority, ok := s.atlas.Authority(geo.Code(code))
	if !ok {
		return Area{}, errs.NotFound("authority", code)
	}
	return Area{
		Name: authorityPrefix + code, Title: authority.Name, Code: authority.Code,
		Authority: authority, Districts: s.atlas.DistrictsOf(authority.Code),
	}, nil
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
