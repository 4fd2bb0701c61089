package carehomes

import (
	"fmt"
	"strings"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/period"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// origins are what a district's homes say of who placed their residents, hidden just as in
// the district's capacity: what one answer hides, the other must not give away.
func origins(q Question, homes []Standing) *carehomesv1.DistrictOrigins {
	c := tally(q.AsAt, homes)
	m := hide(c, q.Audience)
	capacity := &carehomesv1.CareHomeCapacity{}
	basis := c.returns.Basis(q.AsAt.String())
	renderPayers(capacity, basis, c, m)
	out := &carehomesv1.DistrictOrigins{
		Residents:             basis.People(c.of(allTypes...).used, m.total),
		PlacedByOwnCouncil:    basis.NotCollected(nobodySaysWhoPays, commonv1.Unit_UNIT_PEOPLE),
		PlacedByOtherCouncils: capacity.GetPlacedByOtherAuthoritiesTotal(),
		PlacedBy:              capacity.GetPlacedByOtherAuthorities(),
	}
	for _, p := range capacity.GetPayers() {
		if p.GetPayer() == carehomesv1.Payer_PAYER_THIS_COUNCIL {
			out.PlacedByOwnCouncil = p.GetResidents()
		}
	}
	return out
}

const formulaPlacedElsewhere = "sum of the residents in the homes of other authorities that name the authority as placing them"

// placements says where the residents of an authority are on a day, from what every
// district says.
func placements(atlas *geo.Atlas, authority string, day period.Date, parts []book.DistrictPart[*carehomesv1.DistrictOrigins]) *carehomesv1.PlacementPoint {
	point := &carehomesv1.PlacementPoint{AsAt: day.String()}
	var elsewhere, asked []*commonv1.Figure
	for _, part := range parts {
		host, _ := atlas.AuthorityOf(geo.Code(part.District))
		own := string(host.Code) == authority
		placed := placedBy(part.Says, authority, own)
		if !own {
			asked = append(asked, part.Says.GetPlacedByOwnCouncil())
		}
		if placed == nil {
			continue
		}
		if !own {
			elsewhere = append(elsewhere, placed.GetResidents())
		}
		placed.District, placed.Authority = "districts/"+part.District, "authorities/"+string(host.Code)
		point.Districts = append(point.Districts, placed)
	}
	point.PlacedElsewhere = figure.With(added(figure.Pool(day.String(), asked...), elsewhere), formulaPlacedElsewhere)
	return point
}

// placedBy is the part of an authority in what a district says; nil when it has none.
func placedBy(says *carehomesv1.DistrictOrigins, authority string, own bool) *carehomesv1.PlacedResidents {
	if own {
		return &carehomesv1.PlacedResidents{Residents: says.GetPlacedByOwnCouncil(), OutOf: says.GetResidents()}
	}
	for _, p := range says.GetPlacedBy() {
		if strings.TrimPrefix(p.GetAuthority(), "authorities/") == authority {
			return &carehomesv1.PlacedResidents{Residents: p.GetResidents(), OutOf: says.GetPlacedByOtherCouncils()}
		}
	}
	return nil
}

// added is the sum of counts of people, hidden where any of them is.
func added(basis figure.Basis, counts []*commonv1.Figure) *commonv1.Figure {
	sum := 0.0
	for _, f := range counts {
		n, ok := figure.Value(f)
		if !ok {
			return basis.Hidden(secondary, commonv1.Unit_UNIT_PEOPLE)
		}
		sum += n
	}
	if basis.Coverage.GetResponding() == 0 {
		return basis.NotEnough("no home of another authority says who pays", commonv1.Unit_UNIT_PEOPLE)
	}
	return basis.Of(sum, commonv1.Unit_UNIT_PEOPLE)
}

// notAllEngland says of how many other authorities no home is known, so that nothing is
// known of residents there.
func notAllEngland(atlas *geo.Atlas, authority string, known []string) []*commonv1.DataNote {
	hosts := map[geo.Code]bool{}
	for _, district := range known {
		if host, ok := atlas.AuthorityOf(geo.Code(district)); ok && string(host.Code) != authority {
			hosts[host.Code] = true
		}
	}
	others := len(atlas.Authorities()) - 1
	missing := others - len(hosts)
	if missing == 0 {
		return nil
	}
	return []*commonv1.DataNote{{
		Code: "HOSTS_UNKNOWN", Count: int32(missing),
		Text: fmt.Sprintf("no care home of %d of the %d other authorities is known here: residents placed there are not counted", missing, others),
	}}
}
