package statement

import (
	"strings"

	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/placements"
)

// placed says who placed the residents of the area's homes and, for an authority, where
// else its own are; nil when the market contradicts itself.
func (c *composer) placed(area Area, a Answers) *marketpositionv1.PlacementBalance {
	if !strings.HasPrefix(area.Name, facts.AuthorityPrefix) {
		return placements.OfDistrict(area.Title, c.in.AsAt, a.CareHomes.Total, c.in.Titles)
	}
	placed := placements.Placed{AsAt: c.in.AsAt, Elsewhere: pointOf(a.Placements)}
	for _, homes := range a.CareHomes.Each {
		code := strings.TrimPrefix(areaOf(homes), facts.DistrictPrefix)
		placed.Homes, placed.Titles = append(placed.Homes, homes), append(placed.Titles, area.districtOf(code).Name)
	}
	period, err := placements.OfAuthority(placements.Authority{Code: string(area.Code), Title: area.Title}, placed, c.in.Titles)
	if err != nil {
		return nil
	}
	return period.GetAuthority()
}

// pointOf is the one day that placements were asked for; nil when they are not known.
func pointOf(a Answer[*carehomesv1.Placements]) *carehomesv1.PlacementPoint {
	if points := a.Total.GetPoints(); len(points) > 0 {
		return points[len(points)-1]
	}
	return nil
}
