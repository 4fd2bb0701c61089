package homecare

import (
	"errors"
	"math"
	"testing"

	"buf.build/go/protovalidate"
	"google.golang.org/protobuf/proto"

	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// brokenRules names the fields and rules that the proto's own validation finds broken.
func brokenRules(t *testing.T, m proto.Message) map[string]string {
	t.Helper()
	out := map[string]string{}
	var broken *protovalidate.ValidationError
	err := protovalidate.Validate(m)
	if err == nil {
		return out
	}
	if !errors.As(err, &broken) {
		t.Fatalf("the rules cannot be evaluated: %v", err)
	}
	for _, v := range broken.Violations {
		out[protovalidate.FieldPathString(v.Proto.GetField())] = v.Proto.GetRuleId()
	}
	return out
}

func TestShapeOfAReturn(t *testing.T) {
	if got := brokenRules(t, sound()); len(got) > 0 {
		t.Fatalf("a sound return breaks %v", got)
	}
	r := sound()
	r.AsAt = "12/10/2026"
	r.Zones[0].HoursDelivered = new(-1.0)
	r.Zones[0].HoursSpare = new(math.NaN())
	r.Zones[0].People[0].People = -1
	r.Zones[1].Zone = "zones/Not An Id"
	r.Waiting[0].Packages = 0
	r.HandedBack[0].Hours = math.Inf(1)
	r.IntermediateCare[0].PlacesUsed = -1
	r.Staff.CareWorkersAgency = -1
	got := brokenRules(t, r)
	for _, field := range []string{
		"as_at", "zones[0].hours_delivered", "zones[0].hours_spare", "zones[0].people[0].people", "zones[1].zone",
		"waiting[0].packages", "handed_back[0].hours", "intermediate_care[0].places_used", "staff.care_workers_agency",
	} {
		if got[field] == "" {
			t.Errorf("%s is not found broken: %v", field, got)
		}
	}
}

func TestIdFollowsFromTheKind(t *testing.T) {
	for _, tt := range []struct {
		id   string
		kind homecarev1.SupplyKind
		ok   bool
	}{
		{"1-105836127", home, true},
		{"1-105836127", reablement, true},
		{"oc-stroud-micro", micro, true},
		{"oc-stroud-micro", home, false},
		{"1-105836127", micro, false},
		{"1-105836127", homecarev1.SupplyKind_SUPPLY_KIND_CARER_EMERGENCY_COVER, false},
		{"oc-x", micro, false}, // too short
		{"hs-elsewhere", micro, false},
	} {
		b := branch(tt.id, tt.kind, "valleys")
		b.Provider = "providers/1-101"
		if got := brokenRules(t, b); (len(got) == 0) != tt.ok {
			t.Errorf("%s as %s: ok %t, broken %v", tt.id, tt.kind, tt.ok, got)
		}
	}
}

func TestShapeOfABranch(t *testing.T) {
	b := branch("1-1", home, "valleys", "valleys")
	b.Provider = "providers/oc"
	b.District = "districts/W06000001"
	b.Latitude = new(51.7)
	b.Postcode = "gl5 1aa"
	got := brokenRules(t, b)
	for field, rule := range map[string]string{
		"zones": "repeated.unique", "provider": "string.pattern", "district": "string.pattern", "postcode": "string.pattern",
		"": "home_care_branch.coordinates",
	} {
		if got[field] != rule {
			t.Errorf("%q breaks %q, want %q", field, got[field], rule)
		}
	}
}
