package options

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/interaction"
)

// rank turns judgements into appraisals, least regret first.
func (in Input) rank(candidates []candidate, central []judgement, drawn [][]judgement) []Appraisal {
	best := make([]float64, in.Draws)
	for draw := range best {
		best[draw] = math.Inf(-1)
		for i := range candidates {
			best[draw] = math.Max(best[draw], drawn[i][draw].netBenefit)
		}
	}
	appraisals := make([]Appraisal, len(candidates))
	for i, c := range candidates {
		appraisals[i] = in.appraisal(c, central[i], drawn[i])
		var lost, first float64
		for draw, j := range drawn[i] {
			lost += best[draw] - j.netBenefit
			if j.netBenefit == best[draw] {
				first++
			}
		}
		appraisals[i].Regret, appraisals[i].First = lost/float64(in.Draws), first/float64(in.Draws)
	}
	slices.SortStableFunc(appraisals, func(a, b Appraisal) int { return cmp.Compare(a.Regret, b.Regret) })
	return appraisals
}

func (in Input) appraisal(c candidate, central judgement, drawn []judgement) Appraisal {
	values := make([]float64, len(drawn))
	around := func(figure func(judgement) float64) assume.Range {
		for draw, j := range drawn {
			values[draw] = figure(j)
		}
		return in.around(figure(central), values)
	}
	a := Appraisal{
		Option: in.Options[c.option].ID, District: in.Districts[c.district].ID, Size: in.Sizes[c.size],
		Posts:         around(func(j judgement) float64 { return j.posts }),
		StaffedBeds:   around(func(j judgement) float64 { return j.staffed }),
		CostPerBed:    around(func(j judgement) float64 { return j.costPerBed }),
		BreakEven:     around(func(j judgement) float64 { return j.breakEven }),
		FewerUnmet:    around(func(j judgement) float64 { return j.fewerUnmet }),
		MoreAvoidable: around(func(j judgement) float64 { return j.moreAvoidable }),
		NetBenefit:    around(func(j judgement) float64 { return j.netBenefit }),
		CanBreakEven:  share(drawn, func(j judgement) bool { return j.breakEven <= 1 }),
		Pays:          share(drawn, func(j judgement) bool { return j.netBenefit > 0 }),
	}
	for _, setting := range interaction.Settings() {
		a.More[setting] = around(func(j judgement) float64 { return j.more[setting] })
	}
	if vacant := in.Districts[c.district].VacantPosts; vacant > 0 {
		perVacancy := a.Posts.Scale(1 / vacant)
		a.PostsPerVacancy = &perVacancy
	}
	return a
}

// around is the central value between the ends that hold the share of values asked for. It sorts values.
func (in Input) around(central float64, values []float64) assume.Range {
	slices.Sort(values)
	beyond := (1 - in.Within) / 2
	return assume.Exactly(central).
		Widen(stat.Quantile(beyond, stat.Empirical, values, nil)).
		Widen(stat.Quantile(1-beyond, stat.Empirical, values, nil))
}

// share is the share of draws in which something holds.
func share(drawn []judgement, holds func(judgement) bool) float64 {
	count := 0
	for _, j := range drawn {
		if holds(j) {
			count++
		}
	}
	return float64(count) / float64(len(drawn))
}
