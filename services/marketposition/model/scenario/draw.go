package scenario

import (
	"github.com/caremarket/caremarket/services/marketposition/model/interaction"
	"github.com/caremarket/caremarket/services/marketposition/model/random"
	"github.com/caremarket/caremarket/services/marketposition/model/workforceflow"
)

const monthsInYear = 12

// run makes draws, one after the other, in memory of its own.
type run struct {
	*model
	table  *table
	stream *random.Stream
	values []float64 // by knob
	sums   [worlds][]figures
}

func newRun(m *model, t *table) run {
	r := run{model: m, table: t, stream: random.NewStream(random.Key{Seed: m.in.Seed}), values: make([]float64, len(m.knobs))}
	for world := range r.sums {
		r.sums[world] = make([]figures, m.years)
	}
	return r
}

// draw draws every assumption, runs all districts in both worlds, and writes the figures down.
func (r *run) draw(draw int) {
	r.stream.Open(random.Key{Seed: r.in.Seed, Replication: uint64(draw)})
	for i, k := range r.knobs {
		u := r.stream.Float64()
		r.values[i] = k.At(u)
		r.table.knobs[i][draw] = r.values[i]
	}
	for world := range r.sums {
		clear(r.sums[world])
	}
	for d := range r.districts {
		for world := range worlds {
			r.district(d, world, draw)
		}
	}
	for world := range r.sums {
		for y := range r.sums[world] {
			r.table.write(len(r.districts), y, world, draw, &r.sums[world][y])
		}
	}
}

// district runs one district through the years of one world.
func (r *run) district(d, world, draw int) {
	district := &r.districts[d]
	var filled interaction.BySetting
	for s, team := range district.teams {
		filled[s] = team.Filled
	}
	for y := range r.years {
		if world == with && district.untouched {
			found := r.table.read(d, y, without, draw)
			r.table.write(d, y, with, draw, &found)
			r.sums[with][y].add(&found)
			continue
		}
		levers := unpulled()
		if world == with {
			levers = r.pull(district.active[y])
		}
		found := r.year(district, world, y, filled, &levers)
		r.table.write(d, y, world, draw, &found)
		r.sums[world][y].add(&found)
		filled = r.nextYear(district, filled, &levers)
	}
}

// year settles one year.
func (r *run) year(district *district, world, y int, filled interaction.BySetting, levers *pulled) figures {
	var found figures
	var market interaction.Market
	for i, rate := range r.rates {
		market.Shares[rate.setting] += district.people[world][y][i] * r.values[rate.knob] * levers.timesNeed[rate.setting]
	}
	for _, s := range interaction.Settings() {
		found[Need(s)] = market.Shares[s]
		places := max(0, r.values[district.places[s]]+levers.places[s])
		market.Capacity[s] = min(places, filled[s]*r.values[r.staffing[s].peoplePerPost])
		found[Capacity(s)] = market.Capacity[s]
		found[Filled(s)] = filled[s]
		for t := range market.Overflow[s] {
			market.Overflow[s][t] = r.values[r.overflow[s][t]] * levers.timesOverflow[s][t]
		}
	}
	market.Need = market.Shares.Sum()
	for s := range market.Shares {
		if market.Need > 0 {
			market.Shares[s] /= market.Need
		}
	}
	outcome := interaction.Settle(market)
	for _, s := range interaction.Settings() {
		found[Placed(s)] = outcome.PlacedIn(s)
	}
	found[Unmet] = outcome.Unmet.Sum()
	found[CareHomes] = outcome.CareHomes()
	found[Avoidable] = interaction.Avoidable(market, outcome)
	return found
}

// nextYear is the staff after twelve months.
func (r *run) nextYear(district *district, filled interaction.BySetting, levers *pulled) interaction.BySetting {
	for s := range filled {
		posts := district.teams[s].Posts + levers.posts[s]
		rates := workforceflow.Rates{
			Posts:    posts,
			Leaving:  workforceflow.LeavingMonthly(r.values[r.staffing[s].turnover] * levers.timesTurnover[s]),
			Starters: posts*r.values[r.staffing[s].starters] + levers.starters[s],
		}
		for range monthsInYear {
			filled[s] = rates.Next(filled[s]).End
		}
	}
	return filled
}
