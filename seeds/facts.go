package seeds

import (
	"io/fs"
	"slices"
	"strings"

	"github.com/caremarket/caremarket/pkg/geo"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	positionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/seeds/internal/table"
)

// Facts reads everything that the market position service is told at the start. The
// error names every fault of every file.
func Facts(fsys fs.FS) (*positionv1.Facts, error) {
	england, err := LoadEngland(fsys)
	if err != nil {
		return nil, err
	}
	facts := &positionv1.Facts{}
	addSources(facts, england.Sources)
	england.addPeople(facts)
	facts.PublishedFigures = publishedFigures(england.Published)
	facts.ClaimRelations, facts.QualifierMeanings = claimRelations(england.Claims), england.Meanings
	for _, read := range []func(fs.FS) (Place, error){LoadGloucestershire, LoadLLR} {
		place, err := read(fsys)
		if err != nil {
			return nil, err
		}
		place.addTo(facts)
	}
	var faults table.Faults
	facts.NeedRates, facts.SignalRules = readNeedRates(&faults, fsys), readSignalRules(&faults, fsys)
	facts.Assumptions = readAssumptions(&faults, fsys)
	return facts, faults.Err()
}

// addSources adds sources not added yet; two folders may both rest on one.
func addSources(facts *positionv1.Facts, sources []Source) {
	for _, s := range sources {
		if slices.ContainsFunc(facts.Sources, func(known *commonv1.Source) bool { return known.GetId() == s.ID }) {
			continue
		}
		facts.Sources = append(facts.Sources, &commonv1.Source{
			Id: s.ID, Kind: commonv1.SourceKind(commonv1.SourceKind_value["SOURCE_KIND_"+strings.ToUpper(s.Kind)]),
			Title: s.Title, Publisher: s.Publisher, Edition: s.Edition, AsAt: s.AsAt, Url: s.URL, Licence: s.Licence, Note: s.Note,
		})
	}
}

// censusDay is the day of the Census of England and Wales 2021.
const censusDay = "2021-03-21"

// addPeople adds the census, in all and by sex, the projections and the prevalences.
func (e England) addPeople(facts *positionv1.Facts) {
	census, bySex := e.SourceIDs("population_2021.csv")[0], e.SourceIDs("population_2021_by_sex.csv")[0]
	for _, p := range e.Population {
		facts.Populations = append(facts.Populations, &positionv1.Population{
			District: string(p.District), SourceId: census, AsAt: censusDay, Counts: ageCounts(p.ByAge, positionv1.Sex_SEX_UNSPECIFIED),
		})
	}
	sexed := map[geo.Code]*positionv1.Population{}
	for _, p := range e.PopulationBySex {
		fact, ok := sexed[p.District]
		if !ok {
			fact = &positionv1.Population{District: string(p.District), SourceId: bySex, AsAt: censusDay}
			sexed[p.District] = fact
			facts.Populations = append(facts.Populations, fact)
		}
		fact.Counts = append(fact.Counts, ageCounts(p.ByAge, sexOf(p.Sex))...)
	}
	facts.Projections = e.projections()
	for _, r := range e.Dementia {
		facts.DementiaRates = append(facts.DementiaRates, &positionv1.DementiaRate{
			Name:    "dementiaRates/" + r.Sex + "-" + strings.ReplaceAll(r.String(), "+", "-plus"),
			FromAge: int32(r.From), ToAge: int32(r.To), Open: r.To == 0, Sex: sexOf(r.Sex),
			Low: r.Low, Central: r.Central, High: r.High, SourceId: r.SourceID,
		})
	}
}

func ageCounts(ages []AgeCount, sex positionv1.Sex) []*positionv1.AgeCount {
	out := make([]*positionv1.AgeCount, len(ages))
	for i, a := range ages {
		out[i] = &positionv1.AgeCount{FromAge: int32(a.From), ToAge: int32(a.To), Open: a.To == 0, Sex: sex, People: int32(a.People)}
	}
	return out
}

func sexOf(word string) positionv1.Sex {
	return positionv1.Sex(positionv1.Sex_value["SEX_"+strings.ToUpper(word)])
}

// projections puts the rows of one area, an age group each, together.
func (e England) projections() []*positionv1.Projection {
	edition := e.SourceIDs("projections_2012_based.csv")[0]
	var out []*positionv1.Projection
	byArea := map[string]*positionv1.Projection{}
	for _, p := range e.Projections {
		codes := make([]string, len(p.Districts))
		for i, d := range p.Districts {
			codes[i] = string(d)
		}
		key := strings.Join(codes, "+")
		fact, ok := byArea[key]
		if !ok {
			fact = &positionv1.Projection{Districts: codes, SourceId: edition, BaseYear: 2012}
			byArea[key] = fact
			out = append(out, fact)
		}
		group := &positionv1.ProjectedGroup{FromAge: int32(p.From), ToAge: int32(p.To), Open: p.To == 0}
		for year := ProjectedFrom; year <= ProjectedTo; year++ {
			group.Years = append(group.Years, &positionv1.ProjectedPeople{Year: int32(year), People: float64(p.People[year])})
		}
		fact.Groups = append(fact.Groups, group)
	}
	return out
}

func publishedFigures(all []PublishedFigure) []*positionv1.PublishedFigure {
	var out []*positionv1.PublishedFigure
	for _, p := range all {
		f := &commonv1.Figure{
			Unit:      commonv1.Unit(commonv1.Unit_value["UNIT_"+strings.ToUpper(p.Unit)]),
			SourceIds: []string{p.SourceID}, AsAt: p.AsAt,
		}
		if p.Unit == "text" {
			f.State = &commonv1.Figure_NotCollected{NotCollected: &commonv1.NotCollected{Why: "published as words: " + p.Text}}
		} else {
			f.State = &commonv1.Figure_Value{Value: p.Number}
		}
		out = append(out, &positionv1.PublishedFigure{
			Name: figureName(p.ID), Area: string(p.Area), Topic: p.Topic, Measure: p.Title, Figure: f,
			Qualifier: p.Qualifier, Rounding: p.Rounding, PageUrl: p.PageURL, Note: join("; ", p.Basis, p.Note),
		})
	}
	return out
}

func join(with string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), with)
}

// addTo adds what a place has published of its market.
func (p Place) addTo(facts *positionv1.Facts) {
	addSources(facts, p.Sources)
	facts.PublishedFigures = append(facts.PublishedFigures, publishedFigures(p.Published)...)
	facts.ClaimRelations = append(facts.ClaimRelations, claimRelations(p.Claims)...)
	for _, n := range p.TenureNeed {
		facts.TenureNeeds = append(facts.TenureNeeds, &positionv1.TenureNeed{
			District: "districts/" + string(n.District),
			Tenure:   positionv1.Tenure(positionv1.Tenure_value["TENURE_"+strings.ToUpper(n.Tenure)]),
			Needed:   n.Needed, AsAt: n.AsAt, SourceId: n.SourceID,
		})
	}
	for _, i := range p.Intentions {
		facts.Intentions = append(facts.Intentions, &positionv1.Intention{
			Name: "intentions/" + i.ID, Areas: codes(i.Areas), Market: marketOf(i.Market), Text: i.Text, AsAt: i.AsAt, SourceId: i.SourceID,
		})
	}
	for _, a := range p.Actions {
		facts.Actions = append(facts.Actions, &positionv1.Action{
			Name: "actions/" + a.ID, Areas: codes(a.Areas), Market: marketOf(a.Market), Title: a.Title, Owner: a.Owner,
			Partners: a.Partners, Due: a.Due, DueBy: a.DueBy.String(), Note: a.Note, SourceId: a.SourceID,
			Status: positionv1.ActionStatus(positionv1.ActionStatus_value["ACTION_STATUS_"+strings.ToUpper(a.Status)]),
		})
	}
	for _, e := range p.Engagement {
		facts.Engagements = append(facts.Engagements, &positionv1.Engagement{
			Name: "engagements/" + e.ID, Areas: codes(e.Areas), Market: marketOf(e.Market), Asked: e.Asked, About: e.About, AsAt: e.AsAt, SourceId: e.SourceID, Note: e.Note,
		})
	}
	for _, d := range p.Plans {
		facts.Plans = append(facts.Plans, &positionv1.Plan{
			Name: "plans/" + d.ID, Areas: codes(d.Areas), Title: d.Title, Owner: d.Owner, Years: int32(d.Years), Review: d.Review,
			PartsCalled: d.PartsCalled, PartsCount: int32(d.PartsCount), Parts: d.Parts, AsAt: d.AsAt, SourceId: d.SourceID,
		})
	}
}

func codes(areas []geo.Code) []string {
	out := make([]string, len(areas))
	for i, a := range areas {
		out[i] = string(a)
	}
	return out
}

func marketOf(word string) positionv1.Market {
	return positionv1.Market(positionv1.Market_value["MARKET_"+strings.ToUpper(word)])
}
