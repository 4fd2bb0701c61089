package homecare

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestCover(t *testing.T) {
	type cell struct {
		size   float64
		absent bool
		hidden reason
	}
	for _, tt := range []struct {
		name      string
		total     reason
		parts     []cell
		want      []reason
		wantTotal reason
	}{
		{"nothing hidden", shown, []cell{{size: 40}, {size: 30}}, []reason{shown, shown}, shown},
		{
			"one alone takes the smallest other", shown,
			[]cell{{size: 40}, {size: 3, hidden: small}, {size: 30}},
			[]reason{shown, small, secondary},
			shown,
		},
		{"two cover each other", shown, []cell{{size: 2, hidden: small}, {size: 3, hidden: small}, {size: 9}}, []reason{small, small, shown}, shown},
		{
			"a part that nobody gave covers nothing", shown,
			[]cell{{size: 3, hidden: small}, {absent: true}, {size: 30}},
			[]reason{small, shown, secondary},
			shown,
		},
		{"no other part: the total", shown, []cell{{size: 3, hidden: few}, {absent: true}}, []reason{few, shown}, secondary},
		{"a hidden total takes the smallest part", secondary, []cell{{size: 40}, {size: 30}}, []reason{shown, secondary}, secondary},
		{"a hidden total with a hidden part", small, []cell{{size: 4, hidden: small}, {size: 30}}, []reason{small, shown}, small},
		{"a hidden total of nothing", small, []cell{{absent: true}}, []reason{shown}, small},
	} {
		t.Run(tt.name, func(t *testing.T) {
			hidden := make([]reason, len(tt.parts))
			b := breakdown{total: &tt.total}
			for i, p := range tt.parts {
				hidden[i] = p.hidden
				b.parts = append(b.parts, part{size: p.size, exists: !p.absent, hidden: &hidden[i]})
			}
			b.cover()
			if diff := cmp.Diff(tt.want, hidden); diff != "" {
				t.Errorf("parts (-want +got):\n%s", diff)
			}
			if tt.total != tt.wantTotal {
				t.Errorf("total %s, want %s", tt.total, tt.wantTotal)
			}
			if b.cover() {
				t.Error("a second time hid more")
			}
		})
	}
}

// Covering comes to an end, hides no more than it must to close, and shows nothing again.
func TestCoverEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		reasons := rapid.SliceOfN(rapid.SampledFrom([]reason{shown, small, few}), 2, 8).Draw(t, "reasons")
		before := append([]reason(nil), reasons...)
		b := breakdown{total: &reasons[0]}
		for i := 1; i < len(reasons); i++ {
			b.parts = append(b.parts, part{size: float64(i), exists: rapid.Bool().Draw(t, "exists"), hidden: &reasons[i]})
		}
		hid := 0
		for b.cover() {
			if hid++; hid > 1 {
				t.Fatal("one breakdown needs one more hidden figure at the most")
			}
		}
		for i := range before {
			if before[i] != shown && reasons[i] != before[i] {
				t.Fatalf("figure %d was hidden for %s and is for %s", i, before[i], reasons[i])
			}
		}
	})
}
