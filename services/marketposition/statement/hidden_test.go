package statement

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/internal/fixture"
)

// reading is what a reader is told: numbers with their ranges by path, and texts.
type reading struct {
	figures map[string]*commonv1.Figure
	plain   string
	because []string
}

func readingOf(p *marketpositionv1.MarketPosition) reading {
	out := reading{figures: map[string]*commonv1.Figure{}, plain: p.GetInteraction().GetPlain()}
	figure.Each(p, func(path string, f *commonv1.Figure) { out.figures[path] = f })
	for _, s := range p.GetSignals() {
		out.because = append(out.because, s.GetBecause())
	}
	return out
}

// Each figure of the markets is hidden in turn. What a statement then says is what it said
// before or nothing: never another number, which would come of taking the hidden for nought.
// Only of placements does it tell a range: that which the numbers still shown leave open.
func TestHidingANumberNeverMakesAnother(t *testing.T) {
	base := inputs(t, district(t, fixture.Stroud))
	before := readingOf(Compose(base))
	markets := func(a Answers) []proto.Message {
		return []proto.Message{a.CareHomes.Total, a.HomeCare.Total, a.HousingWithCare.Total, a.Workforce.Total}
	}
	tried, withheld := 0, 0
	for i := range markets(base.Answers) {
		figure.Each(markets(base.Answers)[i], func(path string, _ *commonv1.Figure) {
			in := inputs(t, district(t, fixture.Stroud))
			// Of a district the total is the same message as the only one of each.
			for j, m := range markets(in.Answers) {
				if i == j {
					figure.Each(m, func(p string, f *commonv1.Figure) {
						if p == path {
							f.Range = nil
							hide(f, commonv1.HiddenReason_HIDDEN_REASON_SECONDARY)
						}
					})
				}
			}
			tried++
			after := readingOf(Compose(in))
			for where, f := range after.figures {
				was, known := before.figures[where]
				value, valued := figure.Value(f)
				switch {
				case !valued && f.GetRange() != nil && !strings.HasPrefix(where, "care_homes.placements"):
					t.Errorf("%s hidden: %s has no value and yet a range: %v", path, where, f)
				case !valued:
					withheld++
				case !known:
					t.Errorf("%s hidden: %s appears: %v", path, where, f)
				default:
					if then, ok := figure.Value(was); !ok || then != value || !proto.Equal(was.GetRange(), f.GetRange()) {
						t.Errorf("%s hidden: %s becomes %v, it was %v", path, where, f, was)
					}
				}
			}
			if after.plain != before.plain && !strings.Contains(after.plain, "hidden") && !strings.HasPrefix(before.plain, after.plain) {
				t.Errorf("%s hidden: %s", path, after.plain)
			}
			for s, text := range after.because {
				if text != before.because[s] && !strings.Contains(text, "hidden") && !strings.HasPrefix(before.because[s], text) {
					t.Errorf("%s hidden: signal %d: %s", path, s, text)
				}
			}
		})
	}
	if tried < 80 || withheld < tried {
		t.Errorf("%d figures were hidden and %d withheld for it", tried, withheld)
	}
}
