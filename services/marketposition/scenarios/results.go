package scenarios

import (
	"fmt"
	"slices"

	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/interaction"
	"github.com/caremarket/caremarket/services/marketposition/model/scenario"
	"github.com/caremarket/caremarket/services/marketposition/statement"
)

// measure is a figure of the model as messages name it.
type measure struct {
	figure  scenario.Figure
	counts  marketpositionv1.ScenarioMeasure
	setting marketpositionv1.Setting
	// posts is the setting whose posts it counts; -1 for people.
	posts interaction.Setting
}

// measures are all, in the order of the answer.
func measures() []measure {
	const noPosts = -1
	var all []measure
	for _, s := range interaction.Settings() {
		all = append(all,
			measure{scenario.Need(s), marketpositionv1.ScenarioMeasure_SCENARIO_MEASURE_NEED, statement.WireSetting(s), noPosts},
			measure{scenario.Capacity(s), marketpositionv1.ScenarioMeasure_SCENARIO_MEASURE_CAPACITY, statement.WireSetting(s), noPosts},
			measure{scenario.Placed(s), marketpositionv1.ScenarioMeasure_SCENARIO_MEASURE_PLACED, statement.WireSetting(s), noPosts},
			measure{scenario.Filled(s), marketpositionv1.ScenarioMeasure_SCENARIO_MEASURE_POSTS_FILLED, statement.WireSetting(s), s},
		)
	}
	return append(all,
		measure{scenario.Unmet, marketpositionv1.ScenarioMeasure_SCENARIO_MEASURE_UNMET, 0, noPosts},
		measure{scenario.CareHomes, marketpositionv1.ScenarioMeasure_SCENARIO_MEASURE_CARE_HOME_PLACEMENTS, 0, noPosts},
		measure{scenario.Avoidable, marketpositionv1.ScenarioMeasure_SCENARIO_MEASURE_AVOIDABLE_PLACEMENTS, 0, noPosts},
	)
}

// results puts what the model found as figures.
func (p *Plan) results(found scenario.Result) *marketpositionv1.ScenarioResults {
	out := &marketpositionv1.ScenarioResults{
		Conversions: p.conversions, LeftOut: p.outlook.LeftOut, Assumptions: p.assumptions.Used(), DataNotes: p.notes(),
	}
	for _, r := range p.inputs.Rests() {
		out.Revisions = append(out.Revisions, &marketpositionv1.ServiceRevision{Service: r.Service, Revision: r.Revision})
	}
	for i, area := range found.Areas {
		out.Areas = append(out.Areas, p.area(i, area))
	}
	sources := p.outlook.Sources()
	if p.given {
		sources[statement.GivenByCaller().GetId()] = statement.GivenByCaller()
	}
	out.Sources = sources.Named(facts.Cited(out)...)
	out.Illustrative = slices.ContainsFunc(out.GetSources(), func(s *commonv1.Source) bool {
		return s.GetKind() == commonv1.SourceKind_SOURCE_KIND_ILLUSTRATIVE
	})
	return out
}

// area is one district, or behind the last of them the authority.
func (p *Plan) area(i int, found scenario.Area) *marketpositionv1.ScenarioArea {
	out := &marketpositionv1.ScenarioArea{Area: p.inputs.Area.Name, AreaTitle: p.inputs.Area.Title}
	if i < len(p.outlook.Districts) {
		d := p.outlook.Districts[i].District
		out.Area, out.AreaTitle = facts.DistrictPrefix+string(d.Code), d.Name
	}
	for _, year := range found.Years {
		if slices.Contains(p.Definition.GetReportYears(), int32(year.Year)) {
			out.Years = append(out.Years, p.year(year))
		}
	}
	for _, m := range measures() {
		if m.posts >= 0 && p.outlook.StaffUnknown[m.posts] != "" {
			continue
		}
		drivers := found.Drivers[m.figure]
		out.Drivers = append(out.Drivers, &marketpositionv1.ScenarioDrivers{
			Counts: m.counts, Setting: m.setting, With: p.drivers(drivers.With), Difference: p.drivers(drivers.Difference),
		})
	}
	return out
}

func (p *Plan) year(found scenario.Year) *marketpositionv1.ScenarioYear {
	out := &marketpositionv1.ScenarioYear{Year: int32(found.Year)}
	without, with := p.bases(fmt.Sprint(found.Year))
	for _, m := range measures() {
		f := &marketpositionv1.ScenarioFigure{Counts: m.counts, Setting: m.setting}
		unit := people
		if m.posts >= 0 {
			unit = commonv1.Unit_UNIT_POSTS
		}
		if m.posts >= 0 && p.outlook.StaffUnknown[m.posts] != "" {
			f.Without = without.NotEnough(p.outlook.StaffUnknown[m.posts], unit)
			f.With, f.Difference = f.Without, f.Without
		} else {
			c := found.Figures[m.figure]
			f.Without, f.With, f.Difference = p.quantiles(without, c.Without, unit), p.quantiles(with, c.With, unit), p.quantiles(with, c.Difference, unit)
		}
		out.Figures = append(out.Figures, f)
	}
	return out
}

// bases are what the figures of a year rest on, without the levers and with them.
func (p *Plan) bases(asAt string) (without, with figure.Basis) {
	without = p.outlook.Basis
	without.AsAt = asAt
	with = without
	given := statement.GivenByCaller().GetId()
	if len(p.Definition.GetLevers()) > 0 && !slices.Contains(with.SourceIDs, given) {
		with.SourceIDs = append(slices.Clone(with.SourceIDs), given)
		slices.Sort(with.SourceIDs)
	}
	return without, with
}

// quantiles is the median of the draws between the ends that hold the share asked for.
func (p *Plan) quantiles(b figure.Basis, r assume.Range, unit commonv1.Unit) *commonv1.Figure {
	meaning := fmt.Sprintf("%v%% of %d draws", statement.Thousandth(100*p.Definition.GetWithin()), p.Definition.GetDraws())
	f := b.Ranged(statement.Thousandth(r.Low), statement.Thousandth(r.Central), statement.Thousandth(r.High), unit, meaning)
	return figure.With(f, "median of the draws")
}

func (p *Plan) drivers(found []scenario.Driver) []*marketpositionv1.ScenarioDriver {
	_, basis := p.bases(fmt.Sprint(p.Definition.GetLastYear()))
	var out []*marketpositionv1.ScenarioDriver
	for _, d := range found {
		out = append(out, &marketpositionv1.ScenarioDriver{
			Assumption:  d.Assumption,
			Correlation: figure.With(basis.Of(statement.Thousandth(d.Correlation), commonv1.Unit_UNIT_RATIO), "Spearman's rank correlation over the draws"),
		})
	}
	return out
}

// notes tell a reader what to keep in mind.
func (p *Plan) notes() []*commonv1.DataNote {
	notes := []*commonv1.DataNote{{
		Code: "INDEPENDENT_DRAWS",
		Text: "Every assumption is drawn by itself, as if none went together with another. Where some do, the true ranges are wider.",
	}, {
		Code: "RATES_HELD", Text: "Rates of need stay as they are; only the people change.",
	}}
	for _, s := range interaction.Settings() {
		if why := p.outlook.StaffUnknown[s]; why != "" {
			notes = append(notes, &commonv1.DataNote{
				Code: "STAFF_UNKNOWN", Text: fmt.Sprintf("The staff of %s set no limit in any year: %s.", s, why),
			})
		}
	}
	if n := len(p.outlook.LeftOut); n > 0 {
		notes = append(notes, &commonv1.DataNote{
			Code: "DISTRICTS_LEFT_OUT", Count: int32(n),
			Text: "Some districts cannot be reckoned with; the authority's figures are without them. Give what they can serve in the request to take them in.",
		})
	}
	if slices.ContainsFunc(p.model.Levers, func(l scenario.Lever) bool { return l.What == scenario.AddPlaces && l.Setting != interaction.HomeCare }) {
		notes = append(notes, &commonv1.DataNote{
			Code: "PLACES_NEED_STAFF", Text: "A bed or home without staff is not capacity: see the posts that the conversions say, and the levers of posts and starters.",
		})
	}
	return notes
}
