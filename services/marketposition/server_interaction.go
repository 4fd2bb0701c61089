package marketposition

import (
	"context"
	"fmt"
	"strings"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/geo"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/interaction"
	"github.com/caremarket/caremarket/services/marketposition/statement"
)

// AssessInteraction settles the markets of one district.
func (s *Server) AssessInteraction(ctx context.Context, req *marketpositionv1.AssessInteractionRequest) (*marketpositionv1.AssessInteractionResponse, error) {
	area, err := s.area(req.GetName())
	if err != nil {
		return nil, err
	}
	var faults errs.Collector
	instead := insteadOf(&faults, "", req)
	overrides := overriding(&faults, req.GetOverflow(), req.GetOverrides())
	if err := faults.Err(); err != nil {
		return nil, err
	}
	assessment, err := s.assess(ctx, area, req, map[geo.Code]statement.Instead{area.Code: instead}, overrides)
	return &marketpositionv1.AssessInteractionResponse{Assessment: assessment}, err
}

// AssessAuthorityInteraction settles the markets of each district of an authority.
func (s *Server) AssessAuthorityInteraction(ctx context.Context, req *marketpositionv1.AssessAuthorityInteractionRequest) (*marketpositionv1.AssessAuthorityInteractionResponse, error) {
	area, err := s.area(req.GetName())
	if err != nil {
		return nil, err
	}
	var faults errs.Collector
	instead := insteadOfEach(&faults, "districts", area, req.GetDistricts())
	overrides := overriding(&faults, req.GetOverflow(), req.GetOverrides())
	if err := faults.Err(); err != nil {
		return nil, err
	}
	assessment, err := s.assess(ctx, area, req, instead, overrides)
	return &marketpositionv1.AssessAuthorityInteractionResponse{Assessment: assessment}, err
}

// insteadOfEach is what a request puts in the place of districts' live data.
func insteadOfEach(faults *errs.Collector, list string, area statement.Area, all []*marketpositionv1.DistrictMarket) map[geo.Code]statement.Instead {
	instead := map[geo.Code]statement.Instead{}
	for i, d := range all {
		field := fmt.Sprintf("%s[%d].", list, i)
		code := strings.TrimPrefix(d.GetDistrict(), facts.DistrictPrefix)
		if !area.Includes(code) {
			faults.Add(field+"district", "%s is not a district of %s", d.GetDistrict(), area.Title)
		}
		if _, twice := instead[geo.Code(code)]; twice {
			faults.Add(field+"district", "%s is given twice", d.GetDistrict())
		}
		instead[geo.Code(code)] = insteadOf(faults, field, d)
	}
	return instead
}

// ofYear is a request about the need of a year.
type ofYear interface {
	ofMoment
	GetYear() int32
}

func (s *Server) assess(ctx context.Context, area statement.Area, req ofYear, instead map[geo.Code]statement.Instead,
	overrides []*marketpositionv1.AssumptionOverride,
) (*marketpositionv1.InteractionAssessment, error) {
	in, err := s.inputs(ctx, area, req)
	if err != nil {
		return nil, err
	}
	assumptions, err := statement.NewAssumptions(area, in.Known.Assumptions, "overrides", overrides)
	if err != nil {
		return nil, err
	}
	return statement.AssessInteraction(in, assumptions, int(req.GetYear()), instead)
}

// given is what a request puts in the place of one district's live data.
type given interface {
	GetNeed() *marketpositionv1.PeopleRange
	GetShares() []*marketpositionv1.DesiredShare
	GetCapacities() []*marketpositionv1.ServedCapacity
}

func insteadOf(faults *errs.Collector, prefix string, g given) statement.Instead {
	var instead statement.Instead
	if g.GetNeed() != nil {
		need := rangeOf(g.GetNeed())
		instead.Need = &need
	}
	if len(g.GetShares()) > 0 {
		instead.Shares = sharesOf(faults, prefix+"shares", g.GetShares())
	}
	if len(g.GetCapacities()) > 0 {
		instead.Capacity = map[interaction.Setting]assume.Range{}
	}
	for i, c := range g.GetCapacities() {
		setting, _ := statement.ModelSetting(c.GetSetting())
		if _, twice := instead.Capacity[setting]; twice {
			faults.Add(fmt.Sprintf("%scapacities[%d].setting", prefix, i), "%s is given twice", setting)
		}
		instead.Capacity[setting] = rangeOf(c.GetPeople())
	}
	return instead
}

// sharesOf reads the shares of those who want each setting: a setting that is not named is
// wanted by nobody.
func sharesOf(faults *errs.Collector, field string, all []*marketpositionv1.DesiredShare) *interaction.BySetting {
	var shares interaction.BySetting
	seen := map[interaction.Setting]bool{}
	for i, one := range all {
		setting, _ := statement.ModelSetting(one.GetSetting())
		if seen[setting] {
			faults.Add(fmt.Sprintf("%s[%d].setting", field, i), "%s is given twice", setting)
		}
		seen[setting], shares[setting] = true, one.GetShare()
	}
	const rounding = 1e-6
	if sum := shares.Sum(); sum < 1-rounding || sum > 1+rounding {
		faults.Add(field, "must sum to 1, not %v", sum)
	}
	return &shares
}

func rangeOf(r *marketpositionv1.PeopleRange) assume.Range {
	return assume.Range{Low: r.GetLow(), Central: r.GetCentral(), High: r.GetHigh()}
}

// overriding puts overflow shares as the overrides of assumptions that they are, beside the
// others.
func overriding(faults *errs.Collector, overflow []*marketpositionv1.OverflowShare, overrides []*marketpositionv1.AssumptionOverride) []*marketpositionv1.AssumptionOverride {
	all := append([]*marketpositionv1.AssumptionOverride(nil), overrides...)
	seen := map[string]bool{}
	for _, o := range overrides {
		seen[o.GetAssumption()] = true
	}
	for i, o := range overflow {
		from, _ := statement.ModelSetting(o.GetFrom())
		to, _ := statement.ModelSetting(o.GetTo())
		name := facts.Assumptions + "/" + statement.Overflow(from, to)
		if seen[name] {
			faults.Add(fmt.Sprintf("overflow[%d]", i), "the share of those who go from %s to %s is given twice", from, to)
			continue
		}
		seen[name] = true
		all = append(all, &marketpositionv1.AssumptionOverride{Assumption: name, Low: &o.Low, Central: o.GetCentral(), High: &o.High, Because: "Given as overflow in the request"})
	}
	return all
}
