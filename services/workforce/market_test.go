package workforce

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/ledger"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
)

func TestEntry(t *testing.T) {
	e := employer("1-1")
	e.Provider, e.Latitude, e.Longitude = "providers/1-101", new(51.7), new(-2.2)
	want := ledger.Place{
		ID: "1-1", Provider: "1-101", Districts: []string{"E07000082"}, Point: &geo.Point{Latitude: 51.7, Longitude: -2.2},
	}
	if diff := cmp.Diff(want, market{}.Entry(e)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got := (market{}).Entry(employer("em-one")); got.Point != nil || got.ID != "em-one" {
		t.Errorf("entry %+v", got)
	}
}

func TestCheckPlace(t *testing.T) {
	if err := (market{}).CheckPlace(employer("1-1")); err != nil {
		t.Fatalf("a sound employer: %v", err)
	}
	e := employer("1-1")
	e.OpenedOn, e.ClosedOn = "2026-03-01", "2026-02-30"
	e.OtherServices = []workforcev1.ServiceType{nursing, homeCare}
	e.Predecessor, e.SourceId = e.GetName(), ""
	want := []string{"closed_on", "closed_on", "other_services[1]", "predecessor", "source_id"}
	if diff := cmp.Diff(want, faultFields(market{}.CheckPlace(e))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestStampReturn(t *testing.T) {
	m, r := market{}, sound()
	r.Flags = []workforcev1.ReturnFlag{workforcev1.ReturnFlag_RETURN_FLAG_HEADCOUNT_TOO_LARGE}
	filed := m.Filing(r)
	if filed.Place != "1-1" || filed.AsAt != "2026-10-12" {
		t.Errorf("filed as %+v", filed)
	}
	filed.ID, filed.Revision, filed.RecordedAt = 9, 4, 1_700_000_000_000_000
	m.StampReturn(r, filed)
	if r.GetName() != "employers/1-1/returns/9" || r.GetRevision() != 4 || r.GetRecordedAt().GetSeconds() != 1_700_000_000 || len(r.GetFlags()) != 1 {
		t.Errorf("stamped %v", r)
	}
	m.StampReturn(r, ledger.Return{})
	if r.GetName() != "" || r.GetRevision() != 0 || r.GetRecordedAt() != nil || r.GetFlags() != nil {
		t.Errorf("cleared %v", r)
	}
}

func TestOpenOn(t *testing.T) {
	for name, c := range map[string]struct {
		opened, closed string
		want           bool
	}{
		"no dates":             {"", "", true},
		"from the day":         {today, "", true},
		"from the day after":   {"2026-11-01", "", false},
		"until the day":        {"", today, true},
		"until the day before": {"", "2026-10-30", false},
	} {
		e := employer("1-1")
		e.OpenedOn, e.ClosedOn = c.opened, c.closed
		if got := openOn(e, today); got != c.want {
			t.Errorf("%s: open %t", name, got)
		}
	}
}
