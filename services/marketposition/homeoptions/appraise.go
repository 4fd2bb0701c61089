package homeoptions

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/geo"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/interaction"
	"github.com/caremarket/caremarket/services/marketposition/model/options"
	"github.com/caremarket/caremarket/services/marketposition/statement"
)

// Plan is a request ready to run on some inputs.
type Plan struct{ ask *ask }

// Prepare makes a plan of a request and of what it puts in the place of districts' live
// data. An errs.Invalid names every fault of it by its field, with those found before.
func Prepare(in statement.Inputs, req *marketpositionv1.AppraiseCareHomeOptionsRequest,
	instead map[geo.Code]statement.Instead, faults *errs.Collector,
) (*Plan, error) {
	assumptions, err := statement.NewAssumptions(in.Area, in.Known.Assumptions, "overrides", req.GetOverrides())
	if err := faults.Merge("", err); err != nil {
		return nil, err
	}
	a := &ask{AppraiseCareHomeOptionsRequest: req, in: in, assumptions: assumptions, faults: faults}
	if a.outlook, err = statement.OutlookOf(in, assumptions, int(req.GetYear()), instead); err != nil {
		if err := faults.Merge("", err); err != nil {
			return nil, err
		}
		return nil, faults.Err()
	}
	a.prepare()
	if err := faults.Err(); err != nil {
		return nil, err
	}
	if err := a.model.Validate(); err != nil {
		return nil, err
	}
	return &Plan{a}, nil
}

// bytesEach is about what one draw of one candidate takes in memory.
const bytesEach = 128

// Bytes is about how much memory a run takes.
func (p *Plan) Bytes() int64 {
	m := p.ask.model
	return bytesEach * int64(m.Draws) * int64(len(m.Options)*len(m.Districts)*len(m.Sizes))
}

// Run judges every candidate. It stops with the context's error when that ends.
func (p *Plan) Run(ctx context.Context) (*marketpositionv1.CareHomeAppraisal, error) {
	found, err := options.Appraise(ctx, p.ask.model)
	if err != nil {
		return nil, err
	}
	return p.ask.appraisal(found), nil
}

func (a *ask) appraisal(found options.Result) *marketpositionv1.CareHomeAppraisal {
	out := &marketpositionv1.CareHomeAppraisal{
		Name: a.in.Area.Name, Title: a.in.Area.Title, AsAt: a.in.AsAt, KnownAt: book.Stamp(a.in.KnownAt), Year: int32(a.outlook.Year),
		Draws: int32(a.model.Draws), Seed: int64(a.model.Seed), Within: a.model.Within,
		LeftOut: a.outlook.LeftOut, Assumptions: a.assumptions.Used(), DataNotes: a.notes(),
	}
	for _, r := range a.in.Rests() {
		out.Revisions = append(out.Revisions, &marketpositionv1.ServiceRevision{Service: r.Service, Revision: r.Revision})
	}
	basis := a.basis(out.GetAssumptions())
	for i, one := range found.Appraisals {
		out.Candidates = append(out.Candidates, a.candidate(i+1, one, basis))
	}
	out.Firmness = a.firmness(found.Appraisals)
	sources := a.outlook.Sources()
	sources[statement.GivenByCaller().GetId()] = statement.GivenByCaller()
	out.Sources = sources.Named(facts.Cited(out)...)
	out.Illustrative = slices.ContainsFunc(out.GetSources(), func(s *commonv1.Source) bool {
		return s.GetKind() == commonv1.SourceKind_SOURCE_KIND_ILLUSTRATIVE
	})
	return out
}

// basis is what every figure rests on: the outlook, and all that is assumed.
func (a *ask) basis(assumed []*marketpositionv1.Assumption) figure.Basis {
	b := a.outlook.Basis
	ids := slices.Clone(b.SourceIDs)
	for _, one := range assumed {
		ids = append(ids, one.GetSourceIds()...)
	}
	slices.Sort(ids)
	b.SourceIDs = slices.Compact(ids)
	return b
}

const (
	formulaCost      = "capital per bed x capital charge / weeks in a year + fixed cost + variable cost x occupancy"
	formulaBreakEven = "(capital charge + fixed cost, per bed) / (fee - variable cost, per resident), in percent"
	formulaBenefit   = "worth of a need met x fewer unmet - worth of an avoidable placement x more of these - (cost of all beds + (variable cost - fee) x residents)"
	formulaRegret    = "net benefit of the candidate that turns out best - that of this one, on average over the draws"
	formulaFirst     = "draws in which no candidate has a higher net benefit, of all, in percent"
)

func (a *ask) candidate(rank int, one options.Appraisal, b figure.Basis) *marketpositionv1.CareHomeCandidate {
	const people, posts, pounds = commonv1.Unit_UNIT_PEOPLE, commonv1.Unit_UNIT_POSTS, commonv1.Unit_UNIT_POUNDS_PER_WEEK
	ranged := func(r assume.Range, unit commonv1.Unit, formula string) *commonv1.Figure {
		return figure.With(a.ranged(b, r, unit), formula)
	}
	percent := func(share float64, formula string) *commonv1.Figure {
		return figure.With(b.Of(statement.Thousandth(100*share), commonv1.Unit_UNIT_PERCENT), formula)
	}
	at := slices.IndexFunc(a.candidates, func(p statement.Prospect) bool { return string(p.District.Code) == one.District })
	out := &marketpositionv1.CareHomeCandidate{
		Rank: int32(rank), Option: one.Option, District: facts.DistrictPrefix + one.District, DistrictTitle: a.candidates[at].District.Name,
		Beds: int32(one.Size.Beds), NursingShare: one.Size.NursingShare,
		StaffedBeds:        ranged(one.StaffedBeds, commonv1.Unit_UNIT_BEDS, "the least of its beds and posts that can be filled / posts per bed"),
		PostsNeeded:        ranged(one.Posts, posts, "beds x posts per bed"),
		CostPerBed:         ranged(one.CostPerBed, pounds, formulaCost),
		BreakEvenOccupancy: a.breakEven(one.BreakEven, b),
		CanBreakEven:       percent(one.CanBreakEven, "draws in which the break-even occupancy is 100% or less, of all, in percent"),
		FewerUnmet:         ranged(one.FewerUnmet, people, "people without a place before, less those after"),
		MoreAvoidable:      ranged(one.MoreAvoidable, people, "avoidable placements after, less those before"),
		NetBenefit:         ranged(one.NetBenefit, pounds, formulaBenefit),
		Pays:               percent(one.Pays, "draws in which the net benefit is above nought, of all, in percent"),
		First:              percent(one.First, formulaFirst),
		Regret:             figure.With(b.Of(statement.Thousandth(one.Regret), pounds), formulaRegret),
	}
	a.vacancies(out, a.candidates[at], one, b)
	for s, more := range one.More {
		out.PlacedMore = append(out.PlacedMore, &marketpositionv1.PlacedMore{
			Setting: statement.WireSetting(interaction.Setting(s)), People: ranged(more, people, "people placed after, less those before"),
		})
	}
	return out
}

// ranged is the value at all central assumptions between the ends that hold the share of
// draws asked for.
func (a *ask) ranged(b figure.Basis, r assume.Range, unit commonv1.Unit) *commonv1.Figure {
	meaning := fmt.Sprintf("%v%% of %d draws", statement.Thousandth(100*a.model.Within), a.model.Draws)
	return b.Ranged(statement.Thousandth(r.Low), statement.Thousandth(r.Central), statement.Thousandth(r.High), unit, meaning)
}

// vacancies sets the posts needed against those vacant.
func (a *ask) vacancies(out *marketpositionv1.CareHomeCandidate, p statement.Prospect, one options.Appraisal, b figure.Basis) {
	const formula = "posts needed / vacant posts"
	for _, s := range careHomes() {
		if why := a.outlook.StaffUnknown[s]; why != "" {
			out.VacantPosts = b.NotEnough(why, commonv1.Unit_UNIT_POSTS)
			out.PostsPerVacancy = figure.With(b.NotEnough(why, commonv1.Unit_UNIT_RATIO), formula)
			return
		}
	}
	out.VacantPosts = figure.With(b.Of(statement.Thousandth(vacant(p)), commonv1.Unit_UNIT_POSTS), "posts that the district's care homes take x the vacancy rate of care homes")
	if one.PostsPerVacancy == nil {
		out.PostsPerVacancy = figure.With(b.NotEnough("no post is vacant", commonv1.Unit_UNIT_RATIO), formula)
		return
	}
	out.PostsPerVacancy = figure.With(a.ranged(b, *one.PostsPerVacancy, commonv1.Unit_UNIT_RATIO), formula)
}

// breakEven has no value where a resident costs more than the fee, and no range where that is
// so in more draws than lie beyond the range.
func (a *ask) breakEven(r assume.Range, b figure.Basis) *commonv1.Figure {
	const (
		unit    = commonv1.Unit_UNIT_PERCENT
		percent = 100
	)
	switch {
	case math.IsInf(r.Central, 1):
		return figure.With(b.NotEnough("a resident costs more than the fee", unit), formulaBreakEven)
	case math.IsInf(r.High, 1):
		return figure.With(b.Of(statement.Thousandth(100*r.Central), unit), formulaBreakEven+". It has no upper end: in some draws a resident costs more than the fee")
	default:
		return figure.With(a.ranged(b, r.Scale(percent), unit), formulaBreakEven)
	}
}

// firmness says in words how much the ranking is to be trusted.
func (a *ask) firmness(all []options.Appraisal) string {
	best := all[0]
	text := fmt.Sprintf("The first, %s in %s with %d beds, is best in %.0f%% of the draws; choosing it costs £%.0f a week on average where another turns out best",
		strings.ReplaceAll(best.Option, "-", " "), a.title(best.District), best.Size.Beds, 100*best.First, best.Regret)
	if len(all) == 1 {
		return text + ". It is the only candidate."
	}
	next := all[1]
	text += fmt.Sprintf(", against £%.0f for the second, %s in %s with %d beds. ", next.Regret, strings.ReplaceAll(next.Option, "-", " "), a.title(next.District), next.Size.Beds)
	const half = 0.5
	if best.First > half {
		return text + "So the first place is more likely right than not."
	}
	return text + "So what is assumed of costs and worth, more than anything known, decides the first place."
}

func (a *ask) title(code string) string {
	for _, p := range a.candidates {
		if string(p.District.Code) == code {
			return p.District.Name
		}
	}
	return code
}

func (a *ask) notes() []*commonv1.DataNote {
	notes := []*commonv1.DataNote{{
		Code: "COSTS_ASSUMED", Text: "Costs, fees, worths and the posts that can be filled are assumptions with wide ranges, and no source gives them. Put the council's own in their place with overrides.",
	}, {
		Code: "INDEPENDENT_DRAWS", Text: "Every assumption is drawn by itself, as if none went together with another. Where some do, the true ranges are wider.",
	}}
	for _, s := range careHomes() {
		if why := a.outlook.StaffUnknown[s]; why != "" {
			return append(notes, &commonv1.DataNote{Code: "STAFF_UNKNOWN", Text: "The staff that can be had set no limit to a home: " + why + "."})
		}
	}
	return notes
}
