package homecare

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caremarket/caremarket/pkg/booktest"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/ledger"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

func TestEntryFilesABranchUnderItsZonesAndItsOffice(t *testing.T) {
	b := branch("1-1", home, "border")
	b.District, b.Provider = cotswold, "providers/1-101"
	b.Latitude, b.Longitude = new(51.7), new(-2.2)
	want := ledger.Place{
		ID: "1-1", Provider: "1-101", Districts: []string{"E07000079", "E07000081", "E07000082"},
		Point: &geo.Point{Latitude: 51.7, Longitude: -2.2},
	}
	if diff := cmp.Diff(want, market{zones: reference(t).Zones}.Entry(b)); diff != "" {
		t.Errorf("entry (-want +got):\n%s", diff)
	}
}

func TestEntryWithoutAPosition(t *testing.T) {
	got := market{zones: reference(t).Zones}.Entry(branch("oc-one", micro))
	if got.Point != nil || got.ID != "oc-one" {
		t.Errorf("entry %+v", got)
	}
}

func TestCheckPlace(t *testing.T) {
	m := market{atlas: booktest.Atlas(t), zones: reference(t).Zones}
	if err := m.CheckPlace(branch("1-1", home, "valleys")); err != nil {
		t.Fatalf("a sound branch: %v", err)
	}
	b := branch("1-1", home, "valleys", "nowhere")
	b.RatingDate, b.RegisteredOn, b.DeregisteredOn = "2026-02-30", "2026-03-01", "2026-02-01"
	b.Predecessor, b.SourceId = b.GetName(), ""
	var fields []string
	for _, v := range errs.Violations(m.CheckPlace(b)) {
		fields = append(fields, v.Field)
	}
	want := []string{"rating_date", "deregistered_on", "zones[1]", "predecessor", "source_id"}
	if diff := cmp.Diff(want, fields); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

func TestStampReturn(t *testing.T) {
	m := market{}
	r := sound()
	r.Flags = []homecarev1.ReturnFlag{homecarev1.ReturnFlag_RETURN_FLAG_HEADCOUNT_TOO_LARGE}
	filed := m.Filing(r)
	if filed.Place != "1-1" || filed.AsAt != "2026-10-12" {
		t.Errorf("filed as %+v", filed)
	}
	filed.ID, filed.Revision, filed.RecordedAt = 9, 4, 1_700_000_000_000_000
	m.StampReturn(r, filed)
	if r.GetName() != "homeCareBranches/1-1/returns/9" || r.GetRevision() != 4 || r.GetRecordedAt().GetSeconds() != 1_700_000_000 || len(r.GetFlags()) != 1 {
		t.Errorf("stamped %v", r)
	}
	m.StampReturn(r, ledger.Return{})
	if r.GetName() != "" || r.GetRevision() != 0 || r.GetRecordedAt() != nil || r.GetFlags() != nil {
		t.Errorf("cleared %v", r)
	}
}

func TestOpenOn(t *testing.T) {
	for _, tt := range []struct {
		name  string
		alter func(*homecarev1.HomeCareBranch)
		want  bool
	}{
		{"no dates", func(*homecarev1.HomeCareBranch) {}, true},
		{"from the day", func(b *homecarev1.HomeCareBranch) { b.RegisteredOn = today }, true},
		{"from the day after", func(b *homecarev1.HomeCareBranch) { b.RegisteredOn = "2026-10-21" }, false},
		{"until the day", func(b *homecarev1.HomeCareBranch) { b.DeregisteredOn = today }, true},
		{"until the day before", func(b *homecarev1.HomeCareBranch) { b.DeregisteredOn = "2026-10-19" }, false},
		{"dormant", func(b *homecarev1.HomeCareBranch) { b.Dormant = true }, false},
	} {
		b := branch("1-1", home)
		tt.alter(b)
		if got := openOn(b, today); got != tt.want {
			t.Errorf("%s: open %t", tt.name, got)
		}
	}
}
