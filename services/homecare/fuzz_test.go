package homecare

import (
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/errs"
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
	m := market{zones: ref.Zones, rules: ref.Rules}
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
