package statement

import (
	"bytes"
	"slices"
	"testing"

	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/internal/fixture"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/goldentest"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

func TestGoldenStatements(t *testing.T) {
	t.Run("Stroud", func(t *testing.T) { goldentest.Check(t, "stroud", Compose(inputs(t, district(t, fixture.Stroud)))) })
	t.Run("nothing but people", func(t *testing.T) {
		in := inputs(t, district(t, fixture.Rutland))
		in.Answers = Answers{}
		goldentest.Check(t, "alone", Compose(in))
	})
}

// TestGloucestershire2021 holds the figures that ONS published for the county.
func TestGloucestershire2021(t *testing.T) {
	p := ComposeAuthority(inputs(t, authority(t, fixture.Gloucestershire)))
	people := p.GetTotal().GetPeople()
	got := []float64{fixture.Value(t, people.GetPopulation()), fixture.Value(t, people.GetAged_65Plus()), fixture.Value(t, people.GetAged_75Plus()), fixture.Value(t, people.GetAged_85Plus())}
	if diff := cmp.Diff([]float64{645073, 139816, 66387, 19002}, got); diff != "" {
		t.Errorf("all, 65+, 75+, 85+: %s", diff)
	}
	var byDistrict []float64
	for _, d := range p.GetDistricts() {
		byDistrict = append(byDistrict, fixture.Value(t, d.GetPeople().GetAged_75Plus()))
	}
	if diff := cmp.Diff([]float64{11431, 11342, 9991, 10454, 13076, 10093}, byDistrict); diff != "" {
		t.Errorf("75+ by district, in code order: %s", diff)
	}
}

func TestAnAuthorityPutsItsDistrictsSideBySide(t *testing.T) {
	in := inputs(t, authority(t, fixture.Gloucestershire))
	// The market's own total is not the sum of its districts: it must be taken as it is.
	in.Answers.CareHomes.Total.OlderPeople.Maximum.State = &commonv1.Figure_Value{Value: 4999}
	p := ComposeAuthority(in)
	if p.GetName() != "authorities/E10000013/marketPosition" || len(p.GetDistricts()) != 6 || !p.GetComplete() || !p.GetIllustrative() {
		t.Errorf("%s with %d districts, complete %v, illustrative %v", p.GetName(), len(p.GetDistricts()), p.GetComplete(), p.GetIllustrative())
	}
	if got := fixture.Value(t, p.GetTotal().GetCareHomes().GetCapacity().GetOlderPeople().GetMaximum()); got != 4999 {
		t.Errorf("%v beds in all, want the market's own 4,999", got)
	}
	var needed float64
	for _, d := range p.GetDistricts() {
		needed += fixture.Value(t, d.GetNeeds()[0].GetNeed())
		if len(d.GetSources()) > 0 || len(d.GetCareHomes().GetCapacity().GetSources()) > 0 {
			t.Errorf("%s has a list of sources of its own", d.GetTitle())
		}
		for _, a := range d.GetActions() {
			if !slices.Contains(a.GetAreas(), d.GetName()[len(facts.DistrictPrefix):len(facts.DistrictPrefix)+9]) {
				t.Errorf("%s tells of %s, which is not its own", d.GetTitle(), a.GetName())
			}
		}
	}
	if total := fixture.Value(t, p.GetTotal().GetNeeds()[0].GetNeed()); total < needed-1e-6 || total > needed+1e-6 {
		t.Errorf("need of %v in all, the districts' are %v", total, needed)
	}
	actions := func(p *marketpositionv1.MarketPosition) (names []string) {
		for _, a := range p.GetActions() {
			names = append(names, a.GetName())
		}
		return names
	}
	if own := actions(p.GetDistricts()[4]); !cmp.Equal(own, []string{"actions/glos-extra-care-stroud-tewkesbury"}) {
		t.Errorf("Stroud's own actions: %v", own)
	}
	if all := actions(p.GetTotal()); !slices.Contains(all, "actions/glos-working-well") || slices.Contains(all, "actions/glos-extra-care-stroud-tewkesbury") {
		t.Errorf("the county's actions: %v", all)
	}
}

func TestAUnitaryIsItsOwnOnlyDistrict(t *testing.T) {
	p := ComposeAuthority(inputs(t, authority(t, fixture.Leicester)))
	if len(p.GetDistricts()) != 1 {
		t.Fatalf("%d districts", len(p.GetDistricts()))
	}
	one, total := p.GetDistricts()[0], p.GetTotal()
	if one.GetName() != "districts/E06000016/marketPosition" || one.GetAuthority() != "authorities/E06000016" {
		t.Errorf("%s of %s", one.GetName(), one.GetAuthority())
	}
	if diff := cmp.Diff(total.GetPeople(), one.GetPeople(), protocmp.Transform()); diff != "" {
		t.Errorf("people (-total +district): %s", diff)
	}
	for i, gap := range total.GetGaps() {
		if a, b := fixture.Value(t, gap.GetGap()), fixture.Value(t, one.GetGaps()[i].GetGap()); a != b {
			t.Errorf("%v: %v in all, %v in the district", gap.GetSetting(), a, b)
		}
	}
	if len(one.GetIntentions()) == 0 || len(one.GetActions()) == 0 {
		t.Error("a unitary's own intentions and actions are missing from its district")
	}
}

// TestEverySourceIsThereOnce: all that is cited is listed, and nothing else.
func TestEverySourceIsThereOnce(t *testing.T) {
	for name, m := range map[string]interface {
		proto.Message
		GetSources() []*commonv1.Source
	}{
		"a district":   Compose(inputs(t, district(t, fixture.Stroud))),
		"an authority": ComposeAuthority(inputs(t, authority(t, fixture.Gloucestershire))),
	} {
		var listed []string
		for _, source := range m.GetSources() {
			listed = append(listed, source.GetId())
		}
		if diff := cmp.Diff(facts.Cited(m), listed); diff != "" {
			t.Errorf("%s (-cited +listed):\n%s", name, diff)
		}
	}
}

// TestEveryFigureIsWhole: each has a state and a unit; each that has a value rests on a
// source, and says so when the source is made up.
func TestEveryFigureIsWhole(t *testing.T) {
	p := ComposeAuthority(inputs(t, authority(t, fixture.Gloucestershire)))
	made := map[string]bool{}
	for _, source := range p.GetSources() {
		made[source.GetId()] = source.GetKind() == commonv1.SourceKind_SOURCE_KIND_ILLUSTRATIVE
	}
	n := 0
	figure.Each(p, func(path string, f *commonv1.Figure) {
		n++
		illustrative := false
		for _, id := range f.GetSourceIds() {
			illustrative = illustrative || made[id]
		}
		_, valued := figure.Value(f)
		switch {
		case f.GetState() == nil, f.GetUnit() == 0:
			t.Errorf("%s: %v", path, f)
		case valued && len(f.GetSourceIds()) == 0:
			t.Errorf("%s rests on no source", path)
		case illustrative != f.GetIllustrative():
			t.Errorf("%s: illustrative is %v", path, f.GetIllustrative())
		}
	})
	if n < 500 {
		t.Errorf("only %d figures", n)
	}
}

func TestIllustrativePropagates(t *testing.T) {
	in := inputs(t, district(t, fixture.Stroud))
	p := Compose(in)
	for _, s := range p.GetSignals() {
		bed := family(s.GetSetting()) == marketpositionv1.Setting_SETTING_RESIDENTIAL
		if s.GetIllustrative() != bed || s.GetGap().GetIllustrative() != bed {
			t.Errorf("%v: illustrative is %v", s.GetSetting(), s.GetIllustrative())
		}
	}
	in.Answers.CareHomes = answer(in.Area.Name, []geo.Code{fixture.Stroud}, fixture.Provided, fixture.HomesOf)
	if p := Compose(in); p.GetIllustrative() {
		t.Error("a statement of real returns says that it is illustrative")
	}
}

func TestMarketsWithDifferentSourcesOfOneID(t *testing.T) {
	in := inputs(t, district(t, fixture.Stroud))
	other := fixture.Source("provider-return", commonv1.SourceKind_SOURCE_KIND_REGISTER)
	in.Answers.Workforce = answer(in.Area.Name, []geo.Code{fixture.Stroud}, other, fixture.StaffOf)
	p := Compose(in)
	posts := p.GetWorkforce().GetCapacity().GetTotal().GetPermanent()
	if diff := cmp.Diff([]string{"workforce.provider-return"}, posts.GetSourceIds()); diff != "" {
		t.Error(diff)
	}
	if ids := p.GetHomeCare().GetCapacity().GetPeople().GetSourceIds(); !cmp.Equal(ids, []string{"provider-return"}) {
		t.Errorf("home care rests on %v", ids)
	}
	if got := in.Answers.Workforce.Total.GetTotal().GetPermanent().GetSourceIds()[0]; got != "provider-return" {
		t.Errorf("the market's own answer was altered: %s", got)
	}
}

// A source that this service learns of later, under the id of a market's own, changes no
// statement of before.
func TestSourcesLearntLaterChangeNothing(t *testing.T) {
	in := inputs(t, district(t, fixture.Stroud))
	before := fixture.Encoded(t, Compose(in))
	in.Sources["provider-return"] = fixture.Source("provider-return", commonv1.SourceKind_SOURCE_KIND_ASSUMPTION)
	in.Sources["another"] = fixture.Source("another", commonv1.SourceKind_SOURCE_KIND_ILLUSTRATIVE)
	if !bytes.Equal(before, fixture.Encoded(t, Compose(in))) {
		t.Error("the statement has changed")
	}
}

// TestEqualInputsGiveEqualBytes, in whatever order they were gathered.
func TestEqualInputsGiveEqualBytes(t *testing.T) {
	want := fixture.Encoded(t, ComposeAuthority(inputs(t, authority(t, fixture.Gloucestershire))))
	for range 5 {
		if !bytes.Equal(want, fixture.Encoded(t, ComposeAuthority(inputs(t, authority(t, fixture.Gloucestershire))))) {
			t.Fatal("the same inputs gave another statement")
		}
	}
}

// anyPopulation is single years of age up to 90 and over, without sex.
func anyPopulation(t *rapid.T, code geo.Code) *marketpositionv1.Population {
	p := &marketpositionv1.Population{District: string(code), SourceId: "ons-census-2021-ts007", AsAt: "2021-03-21"}
	for age := range 91 {
		p.Counts = append(p.Counts, &marketpositionv1.AgeCount{
			FromAge: int32(age), ToAge: int32(age), Open: age == 90, People: int32(rapid.IntRange(0, 3000).Draw(t, "people")),
		})
	}
	return p
}

func TestDistrictsAddUpToTheirAuthority(t *testing.T) {
	base := inputs(t, authority(t, fixture.Gloucestershire))
	rapid.Check(t, func(t *rapid.T) {
		in := base
		in.Known.Populations = nil
		for _, d := range in.Area.Districts {
			in.Known.Populations = append(in.Known.Populations, anyPopulation(t, d.Code))
		}
		p := ComposeAuthority(in)
		sums := make([]float64, len(shownBands()))
		everyone := 0.0
		for _, d := range p.GetDistricts() {
			everyone += valueOf(d.GetPeople().GetPopulation())
			for i, band := range d.GetPeople().GetAgeBands() {
				sums[i] += valueOf(band.GetPeople())
			}
		}
		banded := 0.0
		for i, band := range p.GetTotal().GetPeople().GetAgeBands() {
			banded += valueOf(band.GetPeople())
			if valueOf(band.GetPeople()) != sums[i] {
				t.Fatalf("ages from %d: %v in all, the districts add up to %v", band.GetFromAge(), valueOf(band.GetPeople()), sums[i])
			}
		}
		if total := valueOf(p.GetTotal().GetPeople().GetPopulation()); total != everyone || total != banded {
			t.Fatalf("%v people, by district %v, by age %v", total, everyone, banded)
		}
	})
}
