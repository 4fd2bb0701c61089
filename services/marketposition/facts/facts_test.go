package facts_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/ledger"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/internal/fixture"
	"github.com/caremarket/caremarket/services/marketposition/model/need"
)

func TestCitations(t *testing.T) {
	p := &marketpositionv1.MarketPosition{
		Intentions: []*marketpositionv1.Intention{{SourceId: "b"}},
		Paragraphs: []*marketpositionv1.Paragraph{{SourceIds: []string{"c", "a"}, Figures: []*commonv1.Figure{{SourceIds: []string{"d", "a"}}}}},
		People:     &marketpositionv1.PeopleSection{Population: &commonv1.Figure{SourceIds: []string{"e"}}},
	}
	before := proto.CloneOf(p)
	if diff := cmp.Diff([]string{"a", "b", "c", "d", "e"}, facts.Cited(p)); diff != "" {
		t.Error(diff)
	}
	if !proto.Equal(before, p) {
		t.Error("reading has altered the message")
	}
	facts.EachCitation(p.ProtoReflect(), func(id string) string { return id + id })
	if diff := cmp.Diff([]string{"aa", "bb", "cc", "dd", "ee"}, facts.Cited(p)); diff != "" {
		t.Error(diff)
	}
}

// What is counted in a band is what its parts count, and bands that cut a part are not counted.
func TestCountingWithin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := &marketpositionv1.Population{Counts: fixture.APopulation(t)}
		starts := map[int]bool{0: true}
		for _, c := range p.GetCounts() {
			starts[int(c.GetFromAge())] = true
		}
		first, last := rapid.IntRange(0, 89).Draw(t, "first"), rapid.IntRange(0, 89).Draw(t, "last")
		if first > last {
			first, last = last, first
		}
		got, ok := facts.Counted(p, marketpositionv1.Sex_SEX_UNSPECIFIED, need.AgeBand{From: first, To: last})
		want := 0.0
		for _, c := range p.GetCounts() {
			if int(c.GetFromAge()) >= first && !c.GetOpen() && int(c.GetToAge()) <= last {
				want += float64(c.GetPeople())
			}
		}
		if whole := starts[first] && starts[last+1]; ok != whole || (ok && got != want) {
			t.Fatalf("%d to %d: %v, %v; want %v, %v", first, last, got, ok, want, whole)
		}
	})
}

// What is kept is read back whole, each fact once, whatever its kind.
func TestFactsAreReadBackAsTheyWereKept(t *testing.T) {
	f := fixture.Facts(t)
	var known facts.Known
	ids := map[string]bool{}
	for _, one := range facts.Of(f) {
		if ids[one.ID] {
			t.Errorf("%s stands for two facts", one.ID)
		}
		ids[one.ID] = true
		entry, err := one.Entry([]string{string(fixture.Stroud)})
		if err != nil {
			t.Fatal(err)
		}
		if err := known.Add(entry); err != nil {
			t.Fatal(err)
		}
	}
	got := &marketpositionv1.Facts{
		Sources: f.GetSources(), Populations: known.Populations, Projections: known.Projections, DementiaRates: known.DementiaRates,
		NeedRates: known.NeedRates, SignalRules: known.SignalRules, PublishedFigures: known.PublishedFigures,
		Intentions: known.Intentions, Actions: known.Actions, Engagements: known.Engagements, Plans: known.Plans,
		TenureNeeds: known.TenureNeeds, Localities: known.Localities, Assumptions: known.Assumptions,
		ClaimRelations: known.ClaimRelations, QualifierMeanings: known.QualifierMeanings,
	}
	ignore := protocmp.IgnoreFields(&marketpositionv1.Action{}, "revision")
	if diff := cmp.Diff(f, got, protocmp.Transform(), ignore); diff != "" {
		t.Errorf("(-given +read)\n%s", diff)
	}
}

// An area of any level stands for its districts, a former code for what took its place.
func TestDistrictsOfAreas(t *testing.T) {
	atlas := fixture.Atlas(t)
	for area, want := range map[string]int{
		string(fixture.Gloucestershire): 6, string(fixture.Stroud): 1, string(fixture.SouthWest): 6, "E92000001": 8, "E07009990": 2, "E07009999": 0,
	} {
		if got := facts.DistrictsOf(atlas, []string{area, area}); len(got) != want {
			t.Errorf("%s: %v, want %d of them", area, got, want)
		}
	}
}

func TestAnEntryThatCannotBeReadIsAnError(t *testing.T) {
	var known facts.Known
	if err := known.Add(ledger.Place{ID: "actions/x", Payload: []byte{0xff}}); err == nil {
		t.Error("a broken entry was read")
	}
}
