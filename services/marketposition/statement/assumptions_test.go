package statement

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caremarket/caremarket/pkg/errs"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/internal/fixture"
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
)

func assumption(id, area string, central float64) *marketpositionv1.Assumption {
	return &marketpositionv1.Assumption{
		Name: "assumptions/" + id, Areas: []string{area}, Low: central / 2, Central: central, High: central * 2,
		Title: id, Unit: "people", SourceIds: []string{"study", "survey"}, Derivation: "worked out",
	}
}

func someAssumptions() []*marketpositionv1.Assumption {
	return []*marketpositionv1.Assumption{
		assumption("hours", "E92000001", 12), assumption("hours", string(fixture.Gloucestershire), 10),
		assumption("hours", string(fixture.Stroud), 8), assumption("stay", "E92000001", 3), assumption("stay", string(fixture.SouthWest), 4),
	}
}

func TestTheNarrowestAssumptionCounts(t *testing.T) {
	a, err := NewAssumptions(authority(t, fixture.Gloucestershire), someAssumptions(), "overrides", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		id, district string
		central      float64
	}{{"hours", string(fixture.Stroud), 8}, {"hours", string(fixture.Tewkesbury), 10}, {"stay", string(fixture.Stroud), 4}} {
		got, known := a.For(test.id, test.district)
		want := assume.Between(test.central/2, test.central, test.central*2, "study survey")
		if !known || got != want {
			t.Errorf("%s in %s is %v, %v; want %v", test.id, test.district, got, known, want)
		}
	}
	if got, known := a.ForAll("hours"); !known || got.Central != 10 {
		t.Errorf("of all: %v, %v", got, known)
	}
	if _, known := a.For("height", string(fixture.Stroud)); known {
		t.Error("an assumption that nobody made is known")
	}
	var used []string
	for _, one := range a.Used() {
		used = append(used, one.GetName()+" "+one.GetAreas()[0])
	}
	want := []string{"assumptions/hours E07000082", "assumptions/hours E10000013", "assumptions/stay E12000009"}
	if diff := cmp.Diff(want, used); diff != "" {
		t.Error(diff)
	}
}

func TestACallersAssumptionHoldsEverywhere(t *testing.T) {
	known, high := someAssumptions(), 9.0
	a, err := NewAssumptions(authority(t, fixture.Gloucestershire), known, "overrides",
		[]*marketpositionv1.AssumptionOverride{{Assumption: "assumptions/hours", Central: 7, High: &high, Because: "our own survey"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, district := range []string{string(fixture.Stroud), string(fixture.Tewkesbury)} {
		if got, _ := a.For("hours", district); got != assume.Between(7, 7, 9, "given-in-the-request") {
			t.Errorf("in %s: %v", district, got)
		}
	}
	if used := a.Used()[0]; !used.GetOverridden() || used.GetDerivation() != "our own survey" {
		t.Errorf("%v", used)
	}
	if known[0].GetOverridden() || known[0].GetCentral() != 12 {
		t.Error("what is kept was changed")
	}
}

func TestOverridesNameEveryFault(t *testing.T) {
	low := 5.0
	_, err := NewAssumptions(authority(t, fixture.Gloucestershire), someAssumptions(), "overrides", []*marketpositionv1.AssumptionOverride{
		{Assumption: "assumptions/height", Central: 1}, {Assumption: "assumptions/stay", Central: 4, Low: &low}, {Assumption: "assumptions/stay", Central: 4},
	})
	var fields []string
	for _, v := range errs.Violations(err) {
		fields = append(fields, v.Field)
	}
	if diff := cmp.Diff([]string{"overrides[0].assumption", "overrides[1].central", "overrides[2].assumption"}, fields); diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}

// A caller who typed an override is told of that, not of what a model calls it.
func TestOverridesStayWithinTheirUnit(t *testing.T) {
	known := someAssumptions()
	for i, unit := range []string{"share of people", "share of permanent and temporary posts", "share of permanent and temporary staff", "posts per bed"} {
		one := assumption(string(rune('a'+i)), "E92000001", 0.5)
		one.Unit = unit
		known = append(known, one)
	}
	below, above, edge := -0.1, 1.2, 1.0
	for name, test := range map[string]struct {
		assumption string
		low, high  *float64
		want       []string
	}{
		"all of them":           {"a", nil, &edge, nil},
		"more than all":         {"a", nil, &above, []string{"overrides[0].central"}},
		"more posts than all":   {"b", nil, &above, []string{"overrides[0].central"}},
		"everybody leaves":      {"c", nil, &above, nil},
		"more than one a bed":   {"d", nil, &above, nil},
		"fewer than none":       {"d", &below, nil, []string{"overrides[0].central"}},
		"below none, above all": {"a", &below, &above, []string{"overrides[0].central", "overrides[0].central"}},
	} {
		_, err := NewAssumptions(authority(t, fixture.Gloucestershire), known, "overrides",
			[]*marketpositionv1.AssumptionOverride{{Assumption: "assumptions/" + test.assumption, Central: 0.9, Low: test.low, High: test.high}})
		var fields []string
		for _, v := range errs.Violations(err) {
			fields = append(fields, v.Field)
		}
		if diff := cmp.Diff(test.want, fields); diff != "" {
			t.Errorf("%s: %v (-want +got)\n%s", name, err, diff)
		}
	}
}
