package statement

import (
	"strings"
	"testing"

	"github.com/caremarket/caremarket/services/marketposition/internal/fixture"

	"github.com/google/go-cmp/cmp"

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
	in := inputs(t, district(t, fixture.Stroud))
	in.Known.PublishedFigures = all
	if got := namesOf(Compose(in).GetPublishedFigures()); got != "d-district e-district b-county c-region a-england" {
		t.Errorf("a district: %s", got)
	}
	in = inputs(t, authority(t, fixture.Gloucestershire))
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
	in := inputs(t, district(t, fixture.Stroud))
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
	in.Answers.CareHomes = Answer[*carehomesv1.CareHomeCapacity]{State: Unavailable("it cannot be reached")}
	for _, paragraph := range Compose(in).GetParagraphs() {
		if paragraph.GetMarket() == working && len(paragraph.GetFigures()) != 0 {
			t.Errorf("working age, the market being away: %v", paragraph.GetFigures())
		}
	}
}

func TestTenureNeedsOfTheDistrict(t *testing.T) {
	needed := map[string]bool{}
	for _, n := range Compose(inputs(t, district(t, fixture.Tewkesbury))).GetHousingWithCare().GetTenureNeeds() {
		needed[n.GetDistrict()+" "+n.GetTenure().String()] = n.GetNeeded()
	}
	want := map[string]bool{"districts/E07000083 TENURE_RENT": true, "districts/E07000083 TENURE_OWNERSHIP": false}
	if diff := cmp.Diff(want, needed); diff != "" {
		t.Errorf("Tewkesbury, by the 2020 strategy: %s", diff)
	}
	if all := ComposeAuthority(inputs(t, authority(t, fixture.Gloucestershire))).GetTotal().GetHousingWithCare().GetTenureNeeds(); len(all) != 12 {
		t.Errorf("%d findings in the county, want two for each district", len(all))
	}
}

func TestMerge(t *testing.T) {
	same, other := fixture.Source("a", commonv1.SourceKind_SOURCE_KIND_REGISTER), fixture.Source("b", commonv1.SourceKind_SOURCE_KIND_REGISTER)
	all := figure.Sources{"a": fixture.Source("a", commonv1.SourceKind_SOURCE_KIND_REGISTER), "b": fixture.Source("b", commonv1.SourceKind_SOURCE_KIND_ASSUMPTION)}
	renamed := Merge(all, "homecare", []*commonv1.Source{same, other, fixture.Source("c", commonv1.SourceKind_SOURCE_KIND_REGISTER)})
	if diff := cmp.Diff(map[string]string{"b": "homecare.b"}, renamed); diff != "" {
		t.Error(diff)
	}
	if len(all) != 4 || all["homecare.b"].GetKind() != commonv1.SourceKind_SOURCE_KIND_REGISTER || all["homecare.b"].GetId() != "homecare.b" ||
		all["b"].GetKind() != commonv1.SourceKind_SOURCE_KIND_ASSUMPTION || other.GetId() != "b" {
		t.Errorf("%v", all)
	}
}
