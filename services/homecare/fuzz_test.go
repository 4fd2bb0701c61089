package homecare

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/intake"
	"github.com/caremarket/caremarket/pkg/storetest"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// Whatever a caller sends, the rules answer with faults by field, and what they let pass
// can be counted.
func FuzzCheckReturn(f *testing.F) {
	for _, r := range []*homecarev1.HomeCareReturn{sound(), {}, zoneRows(row("", 1, 1, 1))} {
		seed, err := proto.Marshal(r)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(seed)
	}
	ref := reference(f)
	b := branch("1-1", home, "valleys", "border")
	m := market{rules: ref.Rules}
	f.Fuzz(func(t *testing.T, sent []byte) {
		r := &homecarev1.HomeCareReturn{}
		if proto.Unmarshal(sent, r) != nil {
			return
		}
		if err := m.CheckReturn(b, r, day(t, today)); err != nil {
			faults := errs.Violations(err)
			if len(faults) == 0 {
				t.Fatalf("no fault is named: %v", err)
			}
			for _, v := range faults {
				if v.Field == "" || v.Description == "" {
					t.Fatalf("a fault without a field or words: %+v", v)
				}
			}
			return
		}
		m.Flag(b, r)
		Capacity(ask(t, audience.Public, stroud), ref, []Standing{returned(b, r)}, known)
	})
}

// Whatever a file of zones holds, each row is kept or rejected with its reason, and what is
// kept are zones that can be counted by.
func FuzzImportZones(f *testing.F) {
	f.Add([]byte(zoneFile))
	f.Add([]byte("zone,title,authority,district,share\na-b,x,E10000013,E07000082,NaN\na-b,x,E10000013,E07000082,-1\n"))
	f.Add([]byte("zone,title,authority,district\n,,,\n\xff,x,E10000013,E07000082\n"))
	d := open(f, storetest.SQLite(f))
	f.Fuzz(func(t *testing.T, file []byte) {
		var rejects strings.Builder
		report, err := d.server.ImportZones(d.ctx, intake.FromBytes("zones.csv", file), redrawn, intake.Options{Partial: true, Rejects: &rejects})
		if err != nil {
			return
		}
		if (report.Rejected > 0) != (rejects.Len() > 0) {
			t.Errorf("%d rows are rejected: %s", report.Rejected, rejects.String())
		}
		for _, zone := range d.zones(t, "") {
			if err := d.server.checkZone(zone); err != nil {
				t.Errorf("%v was kept: %v", zone, err)
			}
		}
	})
}
