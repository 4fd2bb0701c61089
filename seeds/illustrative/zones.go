package illustrative

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/caremarket/caremarket/pkg/geo"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
	"github.com/caremarket/caremarket/seeds/internal/table"
)

// readZones reads a file of one row a zone and district. A zone's rows follow each
// other.
func readZones(faults *table.Faults, files fs.FS, file string) []*homecarev1.Zone {
	var zones []*homecarev1.Zone
	columns := []string{"zone", "title", "authority", "district", "share", "people_65_plus"}
	table.Read(faults, files, file, columns, func(row table.Row) struct{} {
		name := "zones/" + row.Required("zone")
		if len(zones) == 0 || zones[len(zones)-1].GetName() != name {
			zones = append(zones, &homecarev1.Zone{
				Name: name, Title: row.Required("title"), SourceId: zonesSource,
				Authority: "authorities/" + string(row.Code("authority")),
			})
		}
		zone := zones[len(zones)-1]
		people := zone.GetPopulation_65Plus() + int32(row.Count("people_65_plus"))
		zone.Population_65Plus = &people
		zone.Shares = append(zone.Shares, &homecarev1.DistrictShare{
			District: "districts/" + string(row.Code("district")), Share: row.Number("share"),
		})
		return struct{}{}
	})
	slices.SortFunc(zones, byName)
	return zones
}

// halves makes two zones of each district, for a plan that names none.
func halves(districts []District) []*homecarev1.Zone {
	var zones []*homecarev1.Zone
	for _, d := range districts {
		people := deal(d.Aged65, equal(2), nil)
		for i, side := range []string{"north", "south"} {
			aged65 := int32(people[i])
			zones = append(zones, &homecarev1.Zone{
				Name:              "zones/illustrative-" + strings.ToLower(string(d.Code)) + "-" + side,
				Title:             fmt.Sprintf("Illustrative zone: %s %s", d.Name, side),
				Authority:         "authorities/" + string(d.Authority),
				Shares:            []*homecarev1.DistrictShare{{District: "districts/" + string(d.Code), Share: 1}},
				Population_65Plus: &aged65, SourceId: zonesSource,
			})
		}
	}
	slices.SortFunc(zones, byName)
	return zones
}

func byName(a, b *homecarev1.Zone) int { return cmp.Compare(a.GetName(), b.GetName()) }

// ground is a zone, or the part of it that lies in a district, with the people aged 65
// and over who live there.
type ground struct {
	zone   string
	people int
}

// fileZones notes which zones reach into which district and council. A district
// without a zone, or a zone outside the plan, is a fault.
func (p *Plan) fileZones() error {
	p.reach, p.council = map[geo.Code][]ground{}, map[geo.Code][]ground{}
	var faults []error
	councils := map[geo.Code]geo.Code{}
	for _, d := range p.Districts {
		councils[d.Code] = d.Authority
	}
	for _, zone := range p.Zones {
		authority := geo.Code(strings.TrimPrefix(zone.GetAuthority(), "authorities/"))
		people := int(zone.GetPopulation_65Plus())
		p.council[authority] = append(p.council[authority], ground{zone.GetName(), people})
		for _, share := range zone.GetShares() {
			district := geo.Code(strings.TrimPrefix(share.GetDistrict(), "districts/"))
			if councils[district] != authority {
				faults = append(faults, fmt.Errorf("%s lies in %s, which is no planned district of %s", zone.GetName(), district, authority))
			}
			part := int(int64(people) * int64(millionths(share.GetShare())) / 1_000_000)
			p.reach[district] = append(p.reach[district], ground{zone.GetName(), part})
		}
	}
	for _, d := range p.Districts {
		if len(p.reach[d.Code]) == 0 {
			faults = append(faults, fmt.Errorf("no zone reaches into %s (%s)", d.Code, d.Name))
		}
	}
	return errors.Join(faults...)
}

// pickGround draws one of several zones, the likelier the more people live there.
func pickGround(s *stream, grounds []ground) ground {
	weights := make([]int, len(grounds))
	for i, g := range grounds {
		weights[i] = g.people + 1
	}
	return grounds[s.pick(weights...)]
}
