package marketposition

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/figure"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// figureOf is a published figure about an area.
func figureOf(id, area, topic string) *marketpositionv1.PublishedFigure {
	return &marketpositionv1.PublishedFigure{
		Name: "publishedFigures/" + id, Area: area, Topic: topic,
		Figure: figure.Basis{SourceIDs: []string{"gcc-mps-2024"}}.Of(1, unitPeople),
	}
}

func namesOf(figures []*marketpositionv1.PublishedFigure) string {
	var names []string
	for _, f := range figures {
		names = append(names, strings.TrimPrefix(f.GetName(), "publishedFigures/"))
	}
	return strings.Join(names, " ")
}

// A district's statement tells its own facts first, then its county's, region's, England's.
func TestTheNarrowestAreaStandsFirst(t *testing.T) {
	all := []*marketpositionv1.PublishedFigure{
		figureOf("a-england", "E92000001", "people"), figureOf("b-county", "E10000013", "people"),
		figureOf("c-region", "E12000009", "people"), figureOf("d-district", "E07000082", "people"), figureOf("e-district", "E07000082", "people"),
	}
	in := inputs(t, district(t, stroud))
	in.Known.PublishedFigures = all
	if got := namesOf(Compose(in).GetPublishedFigures()); got != "d-district e-district b-county c-region a-england" {
		t.Errorf("a district: %s", got)
	}
	in = inputs(t, authority(t, gloucestershire))
	in.Known.PublishedFigures = all
	p := ComposeAuthority(in)
	if got := namesOf(p.GetTotal().GetPublishedFigures()); got != "b-county c-region a-england" {
		t.Errorf("an authority: %s", got)
	}
	if got := namesOf(p.GetDistricts()[4].GetPublishedFigures()); got != "d-district e-district" {
		t.Errorf("a district of an authority: %s", got)
	}
	if got := namesOf(p.GetDistricts()[0].GetPublishedFigures()); got != "" {
		t.Errorf("another district of it: %s", got)
	}
}

func TestParagraphs(t *testing.T) {
	const carers, working = marketpositionv1.Market_MARKET_UNPAID_CARERS, marketpositionv1.Market_MARKET_WORKING_AGE
	in := inputs(t, district(t, stroud))
	word := figureOf("word", "E10000013", "unpaid_carers")
	word.Figure.Unit = commonv1.Unit_UNIT_TEXT
	in.Known.PublishedFigures = []*marketpositionv1.PublishedFigure{figureOf("number", "E10000013", "unpaid_carers"), word, figureOf("other", "E10000013", "people")}
	in.Known.Intentions = []*marketpositionv1.Intention{
		{Name: "intentions/a", Areas: []string{"E10000013"}, Market: carers, Text: "First.", SourceId: "gcc-mps-2024"},
		{Name: "intentions/b", Areas: []string{"E10000013"}, Market: carers, Text: "Second.", SourceId: "glos-jfp"},
		{Name: "intentions/c", Areas: []string{"E10000013"}, Market: carers, Text: "Third.", SourceId: "gcc-mps-2024"},
	}
	bySubject := map[marketpositionv1.Market]*marketpositionv1.Paragraph{}
	for _, paragraph := range Compose(in).GetParagraphs() {
		bySubject[paragraph.GetMarket()] = paragraph
	}
	if got := bySubject[carers]; got.GetText() != "First. Second. Third." || len(got.GetFigures()) != 1 ||
		!cmp.Equal(got.GetSourceIds(), []string{"gcc-mps-2024", "glos-jfp"}) {
		t.Errorf("unpaid carers: %v", got)
	}
	if got := bySubject[working]; !strings.HasPrefix(got.GetText(), "No intention") || len(got.GetFigures()) != 3 {
		t.Errorf("working age, with the care homes' live figures: %v", got)
	}
	in.Answers.CareHomes = Answer[*carehomesv1.CareHomeCapacity]{State: unavailable("it cannot be reached")}
	for _, paragraph := range Compose(in).GetParagraphs() {
		if paragraph.GetMarket() == working && len(paragraph.GetFigures()) != 0 {
			t.Errorf("working age, the market being away: %v", paragraph.GetFigures())
		}
	}
}

func TestTenureNeedsOfTheDistrict(t *testing.T) {
	needed := map[string]bool{}
	for _, n := range Compose(inputs(t, district(t, tewkesbury))).GetHousingWithCare().GetTenureNeeds() {
		needed[n.GetDistrict()+" "+n.GetTenure().String()] = n.GetNeeded()
	}
	want := map[string]bool{"districts/E07000083 TENURE_RENT": true, "districts/E07000083 TENURE_OWNERSHIP": false}
	if diff := cmp.Diff(want, needed); diff != "" {
		t.Errorf("Tewkesbury, by the 2020 strategy: %s", diff)
	}
	if all := ComposeAuthority(inputs(t, authority(t, gloucestershire))).GetTotal().GetHousingWithCare().GetTenureNeeds(); len(all) != 12 {
		t.Errorf("%d findings in the county, want two for each district", len(all))
	}
}

func TestCitations(t *testing.T) {
	p := &marketpositionv1.MarketPosition{
		Intentions: []*marketpositionv1.Intention{{SourceId: "b"}},
		Paragraphs: []*marketpositionv1.Paragraph{{SourceIds: []string{"c", "a"}, Figures: []*commonv1.Figure{{SourceIds: []string{"d", "a"}}}}},
		People:     &marketpositionv1.PeopleSection{Population: &commonv1.Figure{SourceIds: []string{"e"}}},
	}
	before := proto.CloneOf(p)
	if diff := cmp.Diff([]string{"a", "b", "c", "d", "e"}, cited(p)); diff != "" {
		t.Error(diff)
	}
	if !proto.Equal(before, p) {
		t.Error("reading has altered the message")
	}
	eachCitation(p.ProtoReflect(), func(id string) string { return id + id })
	if diff := cmp.Diff([]string{"aa", "bb", "cc", "dd", "ee"}, cited(p)); diff != "" {
		t.Error(diff)
	}
}

func TestMerge(t *testing.T) {
	same, other := source("a", commonv1.SourceKind_SOURCE_KIND_REGISTER), source("b", commonv1.SourceKind_SOURCE_KIND_REGISTER)
	all := figure.Sources{"a": source("a", commonv1.SourceKind_SOURCE_KIND_REGISTER), "b": source("b", commonv1.SourceKind_SOURCE_KIND_ASSUMPTION)}
	renamed := merge(all, "homecare", []*commonv1.Source{same, other, source("c", commonv1.SourceKind_SOURCE_KIND_REGISTER)})
	if diff := cmp.Diff(map[string]string{"b": "homecare.b"}, renamed); diff != "" {
		t.Error(diff)
	}
	if len(all) != 4 || all["homecare.b"].GetKind() != commonv1.SourceKind_SOURCE_KIND_REGISTER || all["homecare.b"].GetId() != "homecare.b" ||
		all["b"].GetKind() != commonv1.SourceKind_SOURCE_KIND_ASSUMPTION || other.GetId() != "b" {
		t.Errorf("%v", all)
	}
}

func TestSense(t *testing.T) {
	count := func(from, to int32, open bool, people int32) *marketpositionv1.AgeCount {
		return &marketpositionv1.AgeCount{FromAge: from, ToAge: to, Open: open, People: people}
	}
	population := func(counts ...*marketpositionv1.AgeCount) *marketpositionv1.Population {
		return &marketpositionv1.Population{AsAt: "2021-03-21", Counts: counts}
	}
	years := func(all ...int32) []*marketpositionv1.ProjectedPeople {
		var out []*marketpositionv1.ProjectedPeople
		for _, y := range all {
			out = append(out, &marketpositionv1.ProjectedPeople{Year: y, People: 1})
		}
		return out
	}
	projection := func(groups ...*marketpositionv1.ProjectedGroup) *marketpositionv1.Projection {
		return &marketpositionv1.Projection{Groups: groups}
	}
	rate := func(low, central, high, per float64) *marketpositionv1.NeedRate {
		return &marketpositionv1.NeedRate{
			Setting: marketpositionv1.Setting_SETTING_NURSING, SourceIds: []string{"a"}, Low: low, Central: central, High: high, Per: per,
		}
	}
	for name, test := range map[string]struct {
		fact  proto.Message
		field string
	}{
		"a sound population":       {population(count(0, 64, false, 1), count(65, 0, true, 1)), ""},
		"nobody":                   {population(), "counts"},
		"ages that overlap":        {population(count(0, 64, false, 1), count(64, 0, true, 1)), "counts"},
		"after the last":           {population(count(0, 0, true, 1), count(90, 0, true, 1)), "counts"},
		"a band inside out":        {population(count(9, 5, false, 1)), "counts"},
		"fewer than none":          {population(count(0, 0, true, -1)), "counts"},
		"a sound projection":       {projection(&marketpositionv1.ProjectedGroup{FromAge: 65, Open: true, Years: years(2021, 2022)}), ""},
		"no groups":                {projection(), "groups"},
		"no years":                 {projection(&marketpositionv1.ProjectedGroup{FromAge: 65, Open: true}), "groups"},
		"years out of order":       {projection(&marketpositionv1.ProjectedGroup{FromAge: 65, Open: true, Years: years(2022, 2021)}), "groups"},
		"groups that overlap":      {projection(&marketpositionv1.ProjectedGroup{FromAge: 65, ToAge: 74, Years: years(1)}, &marketpositionv1.ProjectedGroup{FromAge: 70, Open: true, Years: years(1)}), "groups"},
		"a sound rate":             {rate(1, 2, 3, 1000), ""},
		"a rate out of order":      {rate(2, 1, 3, 1000), "central"},
		"more than there are":      {rate(1, 2, 1001, 1000), "central"},
		"of nobody":                {rate(0, 0, 1, 0), "central"},
		"a rate of no setting":     {&marketpositionv1.NeedRate{SourceIds: []string{"a"}}, "setting"},
		"a rate of no source":      {&marketpositionv1.NeedRate{Setting: marketpositionv1.Setting_SETTING_NURSING}, "source_ids"},
		"a prevalence above one":   {&marketpositionv1.DementiaRate{High: 1.1}, "central"},
		"a rule without direction": {&marketpositionv1.SignalRule{}, "direction"},
		"a figure of nothing":      {&marketpositionv1.PublishedFigure{}, "figure"},
		"a figure in words":        {&marketpositionv1.PublishedFigure{Figure: &commonv1.Figure{Unit: commonv1.Unit_UNIT_TEXT}}, ""},
		"an action without a date": {&marketpositionv1.Action{}, ""},
		"an action on no day":      {&marketpositionv1.Action{DueBy: "spring"}, "due_by"},
	} {
		var faults errs.Collector
		checkSense(&faults, test.fact)
		found := ""
		if all := errs.Violations(faults.Err()); len(all) > 0 {
			found = all[0].Field
		}
		if found != test.field {
			t.Errorf("%s: fault of %q, want %q: %v", name, found, test.field, faults.Err())
		}
	}
}

func TestSlug(t *testing.T) {
	for title, want := range map[string]string{
		"Publish the strategy": "publish-the-strategy", "  Ünïcode & signs!  ": "n-code-signs", "?": "",
		strings.Repeat("abcdefghi ", 10): strings.Repeat("abcdefghi-", 7) + "abcdefghi",
	} {
		if got := slug(title); got != want {
			t.Errorf("%q is %q, want %q", title, got, want)
		}
	}
}
