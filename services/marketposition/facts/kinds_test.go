package facts_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/ledger"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/model/need"
)

// oneOfEach is a fact of every kind, each with a source of its own.
func oneOfEach() *marketpositionv1.Facts {
	return &marketpositionv1.Facts{
		Populations:      []*marketpositionv1.Population{{District: "E07000082", SourceId: "s-population"}},
		Projections:      []*marketpositionv1.Projection{{Districts: []string{"E07000082", "E07000083"}, SourceId: "s-projection"}},
		DementiaRates:    []*marketpositionv1.DementiaRate{{Name: "dementiaRates/a", SourceId: "s-dementia"}},
		NeedRates:        []*marketpositionv1.NeedRate{{Name: "needRates/a", Areas: []string{"E92000001"}, SourceIds: []string{"s-need"}}},
		SignalRules:      []*marketpositionv1.SignalRule{{Name: "signalRules/a"}},
		PublishedFigures: []*marketpositionv1.PublishedFigure{{Name: "publishedFigures/a", Area: "E10000013", Figure: &commonv1.Figure{SourceIds: []string{"s-published"}}}},
		Intentions:       []*marketpositionv1.Intention{{Name: "intentions/a", Areas: []string{"E10000013"}, SourceId: "s-intention"}},
		Actions:          []*marketpositionv1.Action{{Name: "actions/a", Areas: []string{"E10000013"}}},
		Engagements:      []*marketpositionv1.Engagement{{Name: "engagements/a", Areas: []string{"E10000013"}}},
		Plans:            []*marketpositionv1.Plan{{Name: "plans/a", Areas: []string{"E10000013"}}},
		TenureNeeds:      []*marketpositionv1.TenureNeed{{District: "districts/E07000082", Tenure: marketpositionv1.Tenure_TENURE_RENT}},
		Assumptions:      []*marketpositionv1.Assumption{{Name: "assumptions/a", Areas: []string{"E10000013", "E06000016"}, SourceIds: []string{"s-assumption"}}},
		ClaimRelations:   []*marketpositionv1.ClaimRelation{{Name: "claimRelations/a", Area: "E10000013"}},

		QualifierMeanings: []*marketpositionv1.QualifierMeaning{{Name: "qualifierMeanings/a"}},
		Localities: []*marketpositionv1.LocalityFact{{Locality: &marketpositionv1.Locality{
			Name: "localities/a", Shares: []*marketpositionv1.DistrictShare{{District: "districts/E07000082"}, {District: "districts/E07000083"}},
		}}},
	}
}

// Every kind has its id, the areas it concerns, and a list into which it is read back.
func TestEveryKindIsNamedPlacedAndReadBack(t *testing.T) {
	given := oneOfEach()
	var known facts.Known
	got := map[string][]string{}
	for i, one := range facts.Of(given) {
		got[one.ID] = one.Areas
		entry, err := one.Entry(nil)
		if err != nil {
			t.Fatal(err)
		}
		entry.Revision = int64(i + 1)
		if err := known.Add(entry); err != nil {
			t.Fatal(err)
		}
	}
	england, county := []string{"E92000001"}, []string{"E10000013"}
	want := map[string][]string{
		"populations/s-population/E07000082": {"E07000082"}, "projections/s-projection/E07000082+E07000083": {"E07000082", "E07000083"},
		"dementiaRates/a": england, "needRates/a": england, "signalRules/a": england, "publishedFigures/a": county, "intentions/a": county,
		"actions/a": county, "engagements/a": county, "plans/a": county, "tenureNeeds/E07000082/tenure_rent": {"E07000082"},
		"assumptions/a/E10000013+E06000016": {"E10000013", "E06000016"}, "claimRelations/a": county, "qualifierMeanings/a": england,
		"localities/a": {"E07000082", "E07000083"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	read := &marketpositionv1.Facts{
		Populations: known.Populations, Projections: known.Projections, DementiaRates: known.DementiaRates, NeedRates: known.NeedRates,
		SignalRules: known.SignalRules, PublishedFigures: known.PublishedFigures, Intentions: known.Intentions, Actions: known.Actions,
		Engagements: known.Engagements, Plans: known.Plans, TenureNeeds: known.TenureNeeds, Localities: known.Localities,
		Assumptions: known.Assumptions, ClaimRelations: known.ClaimRelations, QualifierMeanings: known.QualifierMeanings,
	}
	if known.Actions[0].GetRevision() == 0 {
		t.Error("an action is read without the commit that it is of")
	}
	if diff := cmp.Diff(given, read, protocmp.Transform(), protocmp.IgnoreFields(&marketpositionv1.Action{}, "revision")); diff != "" {
		t.Errorf("(-given +read)\n%s", diff)
	}

	all := figure.Sources{"s-unused": {Id: "s-unused"}}
	for _, id := range []string{"s-population", "s-projection", "s-dementia", "s-need", "s-published", "s-intention", "s-assumption"} {
		all[id] = &commonv1.Source{Id: id}
	}
	cited := known.Cited(all)
	if _, unused := cited["s-unused"]; unused || len(cited) != len(all)-1 {
		t.Errorf("%d of %d sources are cited: %v", len(cited), len(all), cited)
	}
}

func TestAnEntryOfNoKnownKindIsPassedOver(t *testing.T) {
	var known facts.Known
	if err := known.Add(ledger.Place{ID: "horoscopes/x", Payload: []byte{0xff}}); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(facts.Known{}, known); diff != "" {
		t.Error(diff)
	}
}

func TestBandsOfAges(t *testing.T) {
	for _, test := range []struct {
		of   *marketpositionv1.AgeCount
		want need.AgeBand
		last int32
	}{
		{&marketpositionv1.AgeCount{FromAge: 65, ToAge: 74}, need.AgeBand{From: 65, To: 74}, 74},
		{&marketpositionv1.AgeCount{FromAge: 85, ToAge: 3, Open: true}, facts.From(85), 0},
	} {
		if got := facts.AgeBand(test.of); got != test.want || facts.LastAge(got) != test.last {
			t.Errorf("%v: %v to %d", test.of, got, facts.LastAge(got))
		}
	}
}
