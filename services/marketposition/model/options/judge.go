package options

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/interaction"
	"github.com/caremarket/caremarket/services/marketposition/model/random"
)

// weeksInYear is the mean Gregorian year of 365.2425 days.
const weeksInYear = 365.2425 / 7

// world is one value for every assumption.
type world struct {
	options                     []terms
	districts                   []place
	needMet, avoidablePlacement float64
}

// terms is an option's values.
type terms struct {
	postsPerBed, capital, fixed, variable, fee, occupancy float64
}

// place is a district's values, and how its markets settle without a new home.
type place struct {
	market      interaction.Market
	recruitable float64
	before      interaction.Outcome
	avoidable   float64
}

// judgement is what one candidate comes to in one world.
type judgement struct {
	posts, staffed, costPerBed, breakEven float64
	fewerUnmet, moreAvoidable             float64
	more                                  interaction.BySetting
	netBenefit                            float64
}

// central is the world with everything at its central.
func (in Input) central() world {
	return in.world(func(r assume.Range) float64 { return r.Central }, func(d District) interaction.Market { return d.Market.Central() })
}

// draw is a world drawn at random.
func (in Input) draw(random *rand.Rand) world {
	var shared interaction.Matrix
	for s := range shared {
		for t := range shared[s] {
			shared[s][t] = random.Float64()
		}
	}
	return in.world(
		func(r assume.Range) float64 { return r.At(random.Float64()) },
		func(d District) interaction.Market {
			draw := interaction.Draw{Need: random.Float64(), Overflow: shared}
			for s := range draw.Capacity {
				draw.Capacity[s] = random.Float64()
			}
			return d.Market.At(draw)
		},
	)
}

func (in Input) world(value func(assume.Range) float64, market func(District) interaction.Market) world {
	w := world{needMet: value(in.Values.NeedMet.Range), avoidablePlacement: value(in.Values.AvoidablePlacement.Range)}
	for _, o := range in.Options {
		w.options = append(w.options, terms{
			postsPerBed: value(o.PostsPerBed.Range),
			capital:     value(o.CapitalPerBed.Range) * value(o.CapitalCharge.Range) / weeksInYear,
			fixed:       value(o.FixedPerBed.Range), variable: value(o.VariablePerResident.Range),
			fee: value(o.FeePerResident.Range), occupancy: value(o.Occupancy.Range),
		})
	}
	for _, d := range in.Districts {
		p := place{market: market(d), recruitable: value(d.Recruitable.Range)}
		p.before = interaction.Settle(p.market)
		p.avoidable = interaction.Avoidable(p.market, p.before)
		w.districts = append(w.districts, p)
	}
	return w
}

// judge says what every candidate comes to in a world.
func (in Input) judge(candidates []candidate, w world) []judgement {
	judgements := make([]judgement, len(candidates))
	for i, c := range candidates {
		judgements[i] = w.judge(w.options[c.option], w.districts[c.district], in.Sizes[c.size])
	}
	return judgements
}

func (w world) judge(t terms, p place, size Size) judgement {
	beds := float64(size.Beds)
	j := judgement{
		posts:      beds * t.postsPerBed,
		staffed:    math.Min(beds, p.recruitable/t.postsPerBed),
		costPerBed: t.capital + t.fixed + t.variable*t.occupancy,
		breakEven:  math.Inf(1),
	}
	if t.fee > t.variable {
		j.breakEven = (t.capital + t.fixed) / (t.fee - t.variable)
	}
	with := p.market
	with.Capacity[interaction.Nursing] += j.staffed * t.occupancy * size.NursingShare
	with.Capacity[interaction.Residential] += j.staffed * t.occupancy * (1 - size.NursingShare)
	after := interaction.Settle(with)
	j.fewerUnmet = p.before.Unmet.Sum() - after.Unmet.Sum()
	j.moreAvoidable = interaction.Avoidable(with, after) - p.avoidable
	for _, s := range interaction.Settings() {
		j.more[s] = after.PlacedIn(s) - p.before.PlacedIn(s)
	}
	residents := after.CareHomes() - p.before.CareHomes()
	cost := (t.capital+t.fixed)*beds + (t.variable-t.fee)*residents
	j.netBenefit = w.needMet*j.fewerUnmet - w.avoidablePlacement*j.moreAvoidable - cost
	return j
}

// drawAll judges the candidates in every draw: drawn[candidate][draw].
func (in Input) drawAll(ctx context.Context, candidates []candidate) ([][]judgement, error) {
	drawn := make([][]judgement, len(candidates))
	for i := range drawn {
		drawn[i] = make([]judgement, in.Draws)
	}
	for draw := range in.Draws {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("appraisal stopped: %w", context.Cause(ctx))
		}
		stream := random.NewStream(random.Key{Seed: in.Seed, Replication: uint64(draw)})
		for i, j := range in.judge(candidates, in.draw(stream.Rand)) {
			drawn[i][draw] = j
		}
	}
	return drawn, nil
}
