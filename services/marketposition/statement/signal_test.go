package statement

import (
	"math"
	"strings"
	"testing"

	"github.com/caremarket/caremarket/services/marketposition/internal/fixture"

	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/geo"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/facts"
)

func gapOf(t testing.TB, p *marketpositionv1.MarketPosition, k kind) *marketpositionv1.Gap {
	t.Helper()
	for _, g := range p.GetGaps() {
		if g.GetSetting() == k.setting && g.GetTenure() == k.tenure {
			return g
		}
	}
	t.Fatalf("there is no gap of %v", k)
	return nil
}

var (
	residential = kind{setting: marketpositionv1.Setting_SETTING_RESIDENTIAL}
	nursing     = kind{setting: marketpositionv1.Setting_SETTING_NURSING}
	atHome      = kind{setting: marketpositionv1.Setting_SETTING_HOME_CARE}
	forRent     = kind{marketpositionv1.Setting_SETTING_EXTRA_CARE, marketpositionv1.Tenure_TENURE_RENT}
	toOwn       = kind{marketpositionv1.Setting_SETTING_EXTRA_CARE, marketpositionv1.Tenure_TENURE_OWNERSHIP}
	sheltered   = kind{setting: marketpositionv1.Setting_SETTING_SHELTERED}
)

// Worked by hand from the markets of the tests. Of 440 residential beds used, 50 x 440 / 740
// are taken by other councils' residents, at the least none, at the most 50; 50 are open.
func TestEffectiveSupplyWorkedByHand(t *testing.T) {
	p := Compose(inputs(t, district(t, fixture.Stroud)))
	for name, test := range map[string]struct {
		of                 kind
		low, central, high float64
	}{
		"residential beds":        {residential, 440, 490 - 50*440.0/740, 490},
		"nursing beds":            {nursing, 236, 286 - 50*260.0/740, 286},
		"people at home":          {atHome, 500, 550, 550},
		"extra care for rent":     {forRent, 90, 90, 90},
		"extra care to own":       {toOwn, 280, 280, 280},
		"sheltered housing":       {sheltered, 1500, 1500, 1500},
		"a kind that has nothing": {kind{setting: marketpositionv1.Setting_SETTING_ENHANCED_SHELTERED}, 0, 0, 0},
	} {
		g := gapOf(t, p, test.of)
		s, n, gap := rangeOf(g.GetSupply()), rangeOf(g.GetNeed()), rangeOf(g.GetGap())
		for what, pair := range map[string][2]float64{
			"low supply": {s.Low, test.low}, "supply": {s.Central, test.central}, "high supply": {s.High, test.high},
			"gap": {gap.Central, n.Central - s.Central}, "low gap": {gap.Low, n.Low - s.High}, "high gap": {gap.High, n.High - s.Low},
		} {
			if math.Abs(pair[0]-pair[1]) > 1e-9 {
				t.Errorf("%s: %s is %v, want %v", name, what, pair[0], pair[1])
			}
		}
	}
}

// Where nearly all residents are other councils', they cannot all be in beds of one type.
func TestImportedResidentsFitTheBedsThereAre(t *testing.T) {
	in := inputs(t, district(t, fixture.Stroud))
	in.Answers.CareHomes.Total.PlacedByOtherAuthoritiesTotal.State = &commonv1.Figure_Value{Value: 700}
	s := rangeOf(gapOf(t, Compose(in), residential).GetSupply())
	// At least 700 - (740 - 440) = 400 of the 440 are imported, at most all.
	if s.Low != 50 || s.High != 90 {
		t.Errorf("between %v and %v beds, want 50 to 90", s.Low, s.High)
	}
}

func hide(f *commonv1.Figure, reason commonv1.HiddenReason) {
	f.State = &commonv1.Figure_Hidden{Hidden: &commonv1.Hidden{Reason: reason}}
}

// What is hidden in a market cannot be had from the statement by working backwards.
func TestHiddenStaysHidden(t *testing.T) {
	const small = commonv1.HiddenReason_HIDDEN_REASON_SMALL_NUMBER
	tests := map[string]struct {
		spoil  func(a Answers)
		hidden []kind
	}{
		"residents of other councils": {
			func(a Answers) { hide(a.CareHomes.Total.GetPlacedByOtherAuthoritiesTotal(), small) }, []kind{residential, nursing},
		},
		"the beds used of one type": {
			func(a Answers) { hide(a.CareHomes.Total.GetBedTypes()[0].GetUse().GetUsed(), small) }, []kind{nursing},
		},
		"all the beds used":     {func(a Answers) { hide(a.CareHomes.Total.GetTotal().GetUsed(), small) }, []kind{residential, nursing}},
		"people served at home": {func(a Answers) { hide(a.HomeCare.Total.GetPeople(), small) }, []kind{atHome}},
		"homes out of use of tenure": {func(a Answers) {
			hide(a.HousingWithCare.Total.GetKinds()[0].GetTenures()[0].GetUse().GetOutOfUse(), small)
		}, []kind{forRent}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			in := inputs(t, district(t, fixture.Stroud))
			test.spoil(in.Answers)
			p := Compose(in)
			hidden := map[kind]bool{}
			for _, k := range test.hidden {
				hidden[k] = true
			}
			for i, g := range p.GetGaps() {
				k := kind{g.GetSetting(), g.GetTenure()}
				if figure.IsHidden(g.GetSupply()) != hidden[k] || figure.IsHidden(g.GetGap()) != hidden[k] {
					t.Errorf("%v: supply %v, gap %v", k, g.GetSupply().GetState(), g.GetGap().GetState())
				}
				if g.GetGap().GetRange() != nil == hidden[k] {
					t.Errorf("%v: a hidden gap with a range", k)
				}
				if s := p.GetSignals()[i]; hidden[k] && (s.GetDirection() != marketpositionv1.Direction_DIRECTION_NOT_ENOUGH_DATA || !strings.Contains(s.GetBecause(), "hidden")) {
					t.Errorf("%v: signal %v because %s", k, s.GetDirection(), s.GetBecause())
				}
			}
		})
	}
}

func TestRatesOfHiddenCountsAreHidden(t *testing.T) {
	in := inputs(t, district(t, fixture.Stroud))
	hide(in.Answers.CareHomes.Total.GetOlderPeople().GetMaximum(), commonv1.HiddenReason_HIDDEN_REASON_AUDIENCE)
	f := Compose(in).GetCareHomes().GetBedsPer_1000Aged_75Plus()
	if f.GetHidden().GetReason() != commonv1.HiddenReason_HIDDEN_REASON_AUDIENCE {
		t.Errorf("%v", f)
	}
}

// Nothing that is unknown counts as 0.
func TestWhatIsNotKnownIsNotNought(t *testing.T) {
	notCollected := &commonv1.Figure_NotCollected{NotCollected: &commonv1.NotCollected{Why: "no return says who pays"}}
	tests := map[string]struct {
		spoil func(in *Inputs)
		of    kind
		why   string
	}{
		"who pays": {func(in *Inputs) { in.Answers.CareHomes.Total.PlacedByOtherAuthoritiesTotal.State = notCollected }, residential, "no return says who pays"},
		"nobody returned": {func(in *Inputs) {
			in.Answers.CareHomes = answer(in.Area.Name, []geo.Code{fixture.Stroud}, fixture.Provided, func(area string, _ int, from *commonv1.Source) *carehomesv1.CareHomeCapacity {
				return &carehomesv1.CareHomeCapacity{Name: area + "/careHomeCapacity", Total: fixture.BedUse(fixture.BasisOf(from, 0, 20), 0, 0, 0)}
			})
		}, nursing, "no place has returned its numbers"},
		"no rate":        {func(in *Inputs) { in.Known.NeedRates = nil }, atHome, "no rate of need for home care is known"},
		"no population":  {func(in *Inputs) { in.Known.Populations = nil }, atHome, "no population is known"},
		"rates too fine": {func(in *Inputs) { in.Known.NeedRates = splitAges(in.Known.NeedRates) }, residential, "must be made up of whole age bands"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			in := inputs(t, district(t, fixture.Stroud))
			test.spoil(&in)
			gap := gapOf(t, Compose(in), test.of).GetGap()
			if why := gap.GetNotEnoughData().GetWhy(); !strings.Contains(why, test.why) {
				t.Errorf("%v, want it to say %q", gap, test.why)
			}
		})
	}
}

// splitAges begins every rate a year later than people are counted.
func splitAges(rates []*marketpositionv1.NeedRate) []*marketpositionv1.NeedRate {
	var out []*marketpositionv1.NeedRate
	for _, rate := range rates {
		own := proto.CloneOf(rate)
		own.FromAge++
		out = append(out, own)
	}
	return out
}

func rule(order int32, direction marketpositionv1.Direction, set func(*marketpositionv1.SignalRule)) *marketpositionv1.SignalRule {
	r := &marketpositionv1.SignalRule{Name: "signalRules/" + direction.String(), Order: order, Direction: direction, Text: direction.String()}
	if set != nil {
		set(r)
	}
	return r
}

func TestSignals(t *testing.T) {
	const (
		grow, hold, reshape, reduce = marketpositionv1.Direction_DIRECTION_GROW, marketpositionv1.Direction_DIRECTION_HOLD, marketpositionv1.Direction_DIRECTION_RESHAPE, marketpositionv1.Direction_DIRECTION_REDUCE
		unknown                     = marketpositionv1.Direction_DIRECTION_NOT_ENOUGH_DATA
	)
	rules := []*marketpositionv1.SignalRule{
		rule(9, hold, nil),
		rule(4, reshape, func(r *marketpositionv1.SignalRule) {
			r.GapAtMost, r.OtherAtLeast = proto.Float64(-10), proto.Float64(10)
		}),
		rule(5, grow, func(r *marketpositionv1.SignalRule) { r.GapAtLeast, r.LowAtLeast = proto.Float64(10), proto.Float64(0) }),
		rule(6, reduce, func(r *marketpositionv1.SignalRule) { r.HighAtMost = proto.Float64(-5) }),
		rule(1, unknown, func(r *marketpositionv1.SignalRule) { r.GapUnknown = true }),
		rule(2, unknown, func(r *marketpositionv1.SignalRule) { r.CoverageBelow = proto.Float64(60) }),
		rule(3, unknown, func(r *marketpositionv1.SignalRule) { r.StaleAbove = proto.Float64(50) }),
	}
	type gap struct {
		low, central, high float64
		responding, stale  int32
	}
	full := func(low, central, high float64) gap { return gap{low, central, high, 10, 0} }
	tests := map[string]struct {
		rent, own gap
		want      marketpositionv1.Direction
	}{
		"short throughout":               {full(10, 20, 30), full(0, 0, 0), grow},
		"short, maybe not":               {full(-1, 20, 30), full(0, 0, 0), hold},
		"short by little":                {full(1, 9, 30), full(0, 0, 0), hold},
		"over, and the other short":      {full(-30, -20, -10), full(5, 10, 15), reshape},
		"over, and the other not short":  {full(-30, -20, -10), full(5, 9, 15), reduce},
		"over, maybe not":                {full(-30, -20, -4), full(0, 0, 0), hold},
		"a surplus elsewhere is no help": {full(10, 20, 30), full(-90, -80, -70), grow},
		"too few answered":               {gap{10, 20, 30, 5, 0}, full(0, 0, 0), unknown},
		"just enough answered":           {gap{10, 20, 30, 6, 0}, full(0, 0, 0), grow},
		"too old":                        {gap{10, 20, 30, 10, 6}, full(0, 0, 0), unknown},
		"half of them old":               {gap{10, 20, 30, 10, 5}, full(0, 0, 0), grow},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			gapIn := func(k kind, g gap) *marketpositionv1.Gap {
				b := figure.Basis{Coverage: &commonv1.Coverage{Responding: g.responding, Expected: 10}, Freshness: &commonv1.Freshness{Stale: g.stale}}
				return &marketpositionv1.Gap{
					Setting: k.setting, Tenure: k.tenure, Need: b.Of(100, k.unit()), Gap: b.Ranged(g.low, g.central, g.high, k.unit(), ""),
				}
			}
			c := newComposer(Inputs{AsAt: fixture.Today.String(), Known: facts.Known{SignalRules: rules}})
			got := c.signals([]*marketpositionv1.Gap{gapIn(forRent, test.rent), gapIn(toOwn, test.own)}, nil)[0]
			if got.GetDirection() != test.want {
				t.Errorf("%v by %s because %s; want %v", got.GetDirection(), got.GetRule(), got.GetBecause(), test.want)
			}
		})
	}
}

func TestWithoutRulesThereIsNoSignal(t *testing.T) {
	in := inputs(t, district(t, fixture.Stroud))
	in.Known.SignalRules = nil
	for _, s := range Compose(in).GetSignals() {
		if s.GetDirection() != marketpositionv1.Direction_DIRECTION_NOT_ENOUGH_DATA || s.GetRule() != "" {
			t.Errorf("%v by %q", s.GetDirection(), s.GetRule())
		}
	}
}

// However the inputs lie, a range holds its central value, and supply is never negative.
func TestRangesHoldTheirValues(t *testing.T) {
	base := inputs(t, district(t, fixture.Stroud))
	rapid.Check(t, func(t *rapid.T) {
		in := base
		homes := proto.CloneOf(base.Answers.CareHomes.Total)
		used := 0
		for _, b := range homes.GetBedTypes() {
			n := rapid.IntRange(0, 400).Draw(t, "used")
			used += n
			b.GetUse().GetUsed().State = &commonv1.Figure_Value{Value: float64(n)}
		}
		homes.GetTotal().GetUsed().State = &commonv1.Figure_Value{Value: float64(used)}
		homes.GetPlacedByOtherAuthoritiesTotal().State = &commonv1.Figure_Value{Value: float64(rapid.IntRange(0, used).Draw(t, "imported"))}
		in.Answers.CareHomes = Answer[*carehomesv1.CareHomeCapacity]{State: fixture.Ready(), Each: []*carehomesv1.CareHomeCapacity{homes}, Total: homes}
		for _, g := range Compose(in).GetGaps() {
			for what, f := range map[string]*commonv1.Figure{"need": g.GetNeed(), "supply": g.GetSupply(), "gap": g.GetGap()} {
				r := rangeOf(f)
				if r.Low > r.Central+1e-9 || r.Central > r.High+1e-9 || (what != "gap" && r.Low < -1e-9) {
					t.Fatalf("%v: %s between %v and %v at %v", g.GetSetting(), what, r.Low, r.High, r.Central)
				}
			}
		}
	})
}
