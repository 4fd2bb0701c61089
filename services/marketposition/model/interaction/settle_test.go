package interaction_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/services/marketposition/model/interaction"
)

var approximately = cmpopts.EquateApprox(1e-9, 1e-9)

const (
	homeCare    = interaction.HomeCare
	extraCare   = interaction.ExtraCare
	residential = interaction.Residential
	nursing     = interaction.Nursing
)

// anyMarket draws markets with the awkward cases: no places, places without limit, people who never give
// up, people who circle, shares of nought.
func anyMarket(t *rapid.T) interaction.Market {
	m := interaction.Market{Need: rapid.Float64Range(0, 5000).Draw(t, "need")}
	var sum float64
	for s := range interaction.Count {
		m.Shares[s] = rapid.OneOf(rapid.Just(0.0), rapid.Float64Range(0.01, 1)).Draw(t, "share")
		sum += m.Shares[s]
		m.Capacity[s] = rapid.OneOf(rapid.Just(0.0), rapid.Just(math.Inf(1)), rapid.Float64Range(0, 3000)).Draw(t, "capacity")
		m.Overflow[s] = anyRow(t, s)
	}
	if sum == 0 {
		m.Shares[0], sum = 1, 1
	}
	for s := range m.Shares {
		m.Shares[s] /= sum
	}
	return m
}

// anyRow draws overflow shares that sum to nothing, to something or to all.
func anyRow(t *rapid.T, from int) interaction.BySetting {
	var row interaction.BySetting
	for s := range row {
		if s != from {
			row[s] = rapid.OneOf(rapid.Just(0.0), rapid.Float64Range(0.01, 1)).Draw(t, "overflow")
		}
	}
	total := rapid.OneOf(rapid.Just(0.0), rapid.Just(1.0), rapid.Float64Range(0, 1)).Draw(t, "going on")
	if sum := row.Sum(); sum > 0 {
		for s := range row {
			row[s] *= total / sum
		}
	}
	return row
}

// leastFixedPoint is placed(s) by the plainest reading of the package's equation (1): begin with nobody
// and apply it again and again.
func leastFixedPoint(m interaction.Market, rounds int) interaction.BySetting {
	var x interaction.BySetting
	for range rounds {
		var next interaction.BySetting
		for s := range x {
			next[s] += m.Shares[s] * m.Need
			if excess := x[s] - m.Capacity[s]; excess > 0 {
				for t := range x {
					next[t] += m.Overflow[s][t] * excess
				}
			}
		}
		x = next
	}
	for s := range x {
		x[s] = min(x[s], m.Capacity[s])
	}
	return x
}

func placed(o interaction.Outcome) interaction.BySetting {
	var by interaction.BySetting
	for s := range by {
		by[s] = o.PlacedIn(interaction.Setting(s))
	}
	return by
}

func TestSettleIsTheLeastFixedPoint(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMarket(t)
		got := placed(interaction.Settle(m))
		coarse, fine := leastFixedPoint(m, 2_000), leastFixedPoint(m, 4_000)
		for s := range got {
			// The plain iteration comes from below, and may still be on its way.
			slack := 1e-6*(1+m.Need) + 100*(fine[s]-coarse[s])
			if got[s] < fine[s]-1e-6*(1+m.Need) || got[s] > fine[s]+slack {
				t.Fatalf("%s: %v placed, the fixed point has %v\n%+v", interaction.Setting(s), got[s], fine[s], m)
			}
		}
	})
}

func TestServedAndUnmetAreTheNeed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMarket(t)
		outcome := interaction.Settle(m)
		for s := range interaction.Count {
			if got, want := outcome.Placed[s].Sum()+outcome.Unmet[s], m.Shares[s]*m.Need; math.Abs(got-want) > 1e-9*(1+m.Need) {
				t.Fatalf("of %v who want %s, %v are accounted for", want, interaction.Setting(s), got)
			}
			if in := outcome.PlacedIn(interaction.Setting(s)); in > m.Capacity[s]+1e-9*(1+m.Need) {
				t.Fatalf("%v placed in %s, which has places for %v", in, interaction.Setting(s), m.Capacity[s])
			}
			if outcome.Unmet[s] < 0 {
				t.Fatalf("%v unmet", outcome.Unmet)
			}
		}
	})
}

func TestNobodyIsUnmetWhileAPlaceTheyCouldReachIsFree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMarket(t)
		for s := range m.Overflow { // nobody gives up, and everyone can reach every setting
			for u := range m.Overflow[s] {
				m.Overflow[s][u] = 1.0 / 3
			}
			m.Overflow[s][s] = 0
		}
		want := math.Max(0, m.Need-m.Capacity.Sum())
		if got := interaction.Settle(m).Unmet.Sum(); math.Abs(got-want) > 1e-7*(1+m.Need) {
			t.Fatalf("%v unmet, want %v", got, want)
		}
	})
}

func TestWithoutOverflowTheGapsAreIndependent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMarket(t)
		m.Overflow = interaction.Matrix{}
		outcome := interaction.Settle(m)
		for s := range m.Shares {
			want := math.Max(0, m.Shares[s]*m.Need-m.Capacity[s])
			if math.Abs(outcome.Unmet[s]-want) > 1e-9*(1+m.Need) {
				t.Fatalf("%s: gap %v, want %v", interaction.Setting(s), outcome.Unmet[s], want)
			}
		}
	})
}

func TestWithPlacesForAllEveryoneHasWhatTheyWant(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMarket(t)
		for s := range m.Capacity {
			m.Capacity[s] = rapid.SampledFrom([]float64{math.Inf(1), m.Need}).Draw(t, "enough")
		}
		var want interaction.Outcome
		for s := range m.Shares {
			want.Placed[s][s] = m.Shares[s] * m.Need
		}
		if diff := cmp.Diff(want, interaction.Settle(m), approximately); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestMorePlaces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMarket(t)
		s := rapid.IntRange(0, interaction.Count-1).Draw(t, "setting")
		more := m
		more.Capacity[s] += rapid.Float64Range(0, 1000).Draw(t, "more")
		before, after := interaction.Settle(m), interaction.Settle(more)
		slack := 1e-9 * (1 + m.Need)
		if after.Unmet.Sum() > before.Unmet.Sum()+slack {
			t.Fatalf("more %s raised unmet need from %v to %v", interaction.Setting(s), before.Unmet.Sum(), after.Unmet.Sum())
		}
		was, is := placed(before), placed(after)
		for u := range was {
			if u != s && is[u] > was[u]+slack {
				t.Fatalf("more %s raised %s from %v to %v", interaction.Setting(s), interaction.Setting(u), was[u], is[u])
			}
		}
		if is[s] < was[s]-slack {
			t.Fatalf("more %s places lowered those placed from %v to %v", interaction.Setting(s), was[s], is[s])
		}
		if !interaction.Setting(s).Community() && after.CareHomes() < before.CareHomes()-slack {
			t.Fatalf("more %s places emptied care homes from %v to %v", interaction.Setting(s), before.CareHomes(), after.CareHomes())
		}
	})
}

func TestMoreNeedAndMoreOverflowNeverPlaceFewer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMarket(t)
		more := m
		more.Need *= rapid.Float64Range(1, 2).Draw(t, "need")
		share := rapid.Float64Range(0, 1).Draw(t, "overflow")
		for s := range m.Overflow {
			for u := range m.Overflow[s] {
				m.Overflow[s][u] *= share
			}
		}
		was, is := placed(interaction.Settle(m)), placed(interaction.Settle(more))
		for s := range was {
			if is[s] < was[s]-1e-9*(1+more.Need) {
				t.Fatalf("%s fell from %v to %v", interaction.Setting(s), was[s], is[s])
			}
		}
	})
}

func TestSettleWorkedByHand(t *testing.T) {
	cases := map[string]struct {
		market interaction.Market
		want   interaction.Outcome
	}{
		// 60 want home care, which serves 40; 80% of the 20 turned away go into residential care.
		"overflow into care homes": {
			interaction.Market{
				Need: 100, Shares: interaction.BySetting{0.6, 0, 0.4, 0}, Capacity: interaction.BySetting{40, 0, 100, 0},
				Overflow: interaction.Matrix{homeCare: {residential: 0.8}},
			},
			interaction.Outcome{
				Placed: interaction.Matrix{homeCare: {homeCare: 40, residential: 16}, residential: {residential: 40}},
				Unmet:  interaction.BySetting{homeCare: 4},
			},
		},
		// Home care fills after 50 of the 100 people; of the second 50 all go on to residential care, which
		// sends them back: two settings that only send people to each other are full for good.
		"two settings that send people round": {
			interaction.Market{
				Need: 100, Shares: interaction.BySetting{1, 0, 0, 0}, Capacity: interaction.BySetting{50, 0, 20, 0},
				Overflow: interaction.Matrix{homeCare: {residential: 1}, residential: {homeCare: 1}},
			},
			interaction.Outcome{
				Placed: interaction.Matrix{homeCare: {homeCare: 50, residential: 20}},
				Unmet:  interaction.BySetting{homeCare: 30},
			},
		},
		// The same, but one in ten of those round trips tries extra care: in the end all of them do.
		"a way out of the round": {
			interaction.Market{
				Need: 100, Shares: interaction.BySetting{1, 0, 0, 0}, Capacity: interaction.BySetting{50, 25, 20, 0},
				Overflow: interaction.Matrix{homeCare: {residential: 0.9, extraCare: 0.1}, residential: {homeCare: 1}},
			},
			interaction.Outcome{
				Placed: interaction.Matrix{homeCare: {homeCare: 50, residential: 20, extraCare: 25}},
				Unmet:  interaction.BySetting{homeCare: 5},
			},
		},
		// Both want the last 20 residential places: 60 a year from home care, 20 a year of its own.
		"the last places go to those who come": {
			interaction.Market{
				Need: 80, Shares: interaction.BySetting{0.75, 0, 0.25, 0}, Capacity: interaction.BySetting{0, 0, 20, 0},
				Overflow: interaction.Matrix{homeCare: {residential: 1}},
			},
			interaction.Outcome{
				Placed: interaction.Matrix{homeCare: {residential: 15}, residential: {residential: 5}},
				Unmet:  interaction.BySetting{homeCare: 45, residential: 15},
			},
		},
		"nobody": {interaction.Market{Shares: interaction.BySetting{1, 0, 0, 0}}, interaction.Outcome{}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, interaction.Settle(c.market), approximately); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSettingsInWords(t *testing.T) {
	var names []string
	for _, s := range interaction.Settings() {
		names = append(names, s.String())
		if back, known := interaction.ParseSetting(s.String()); !known || back != s {
			t.Errorf("%s reads back as %s", s, back)
		}
	}
	if _, known := interaction.ParseSetting("hospital"); known {
		t.Error("a hospital is taken for a setting")
	}
	if got := interaction.Setting(9).String(); got != "unknown setting" {
		t.Errorf("a fifth setting reads %q", got)
	}
	if diff := cmp.Diff([]string{"home care", "extra care", "residential", "nursing"}, names); diff != "" {
		t.Error(diff)
	}
}

func BenchmarkSettle(b *testing.B) {
	m := interaction.Market{
		Need: 4000, Shares: interaction.BySetting{0.5, 0.1, 0.25, 0.15}, Capacity: interaction.BySetting{1500, 300, 900, 500},
		Overflow: interaction.Matrix{
			homeCare: {extraCare: 0.1, residential: 0.4, nursing: 0.1}, extraCare: {homeCare: 0.3, residential: 0.5},
			residential: {nursing: 0.3, homeCare: 0.2}, nursing: {residential: 0.4},
		},
	}
	b.ReportAllocs()
	for b.Loop() {
		if interaction.Settle(m).Unmet.Sum() == 0 {
			b.Fatal("the market was meant to be short of places")
		}
	}
}

// With all homes full and others waiting for them, community places without limit empty no home, though
// people in them wanted the community.
func TestWantedCommunityIsNotAvoidable(t *testing.T) {
	m := interaction.Market{
		Need: 1000, Shares: interaction.BySetting{interaction.HomeCare: 0.5, interaction.Residential: 0.5},
		Capacity: interaction.BySetting{interaction.HomeCare: 400, interaction.Residential: 450},
	}
	m.Overflow[interaction.HomeCare][interaction.Residential] = 0.5
	outcome := interaction.Settle(m)
	if got := outcome.WantedCommunity(); !(got > 1) || got > 50 {
		t.Errorf("%v in homes wanted the community, of 50 who tried them", got)
	}
	if got := interaction.Avoidable(m, outcome); got > 1e-9 {
		t.Errorf("%v are avoidable, though 500 want 450 beds", got)
	}
}
