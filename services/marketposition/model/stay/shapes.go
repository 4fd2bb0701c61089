package stay

import (
	"math"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/caremarket/caremarket/services/marketposition/model/random"
)

type logNormal struct{ mu, sigma float64 }

func (l logNormal) Mean() float64 { return math.Exp(l.mu + l.sigma*l.sigma/2) }

func (l logNormal) Survival(days float64) float64 {
	if days <= 0 {
		return 1
	}
	return normalTail((math.Log(days) - l.mu) / l.sigma)
}

// MeanWithin is E[X; X <= d] + d P(X > d), and E[X; X <= d] is the mean times the share below d of the
// same log-normal with mu raised by sigma².
func (l logNormal) MeanWithin(days float64) float64 {
	if days <= 0 {
		return 0
	}
	within := normalTail(-(math.Log(days) - l.mu - l.sigma*l.sigma) / l.sigma)
	return l.Mean()*within + days*l.Survival(days)
}

func (l logNormal) Sample(s *random.Stream) float64 {
	return distuv.LogNormal{Mu: l.mu, Sigma: l.sigma, Src: s}.Rand()
}

func (l logNormal) SampleInProgress(s *random.Stream) float64 {
	return distuv.LogNormal{Mu: l.mu + l.sigma*l.sigma, Sigma: l.sigma, Src: s}.Rand()
}

// normalTail is the share of a standard normal above z, exact to the far tail.
func normalTail(z float64) float64 { return math.Erfc(z/math.Sqrt2) / 2 }

type exponential struct{ mean float64 }

func (e exponential) Mean() float64 { return e.mean }

func (e exponential) Survival(days float64) float64 { return math.Exp(-max(days, 0) / e.mean) }

func (e exponential) MeanWithin(days float64) float64 {
	return -e.mean * math.Expm1(-max(days, 0)/e.mean)
}

func (e exponential) Sample(s *random.Stream) float64 {
	return distuv.Exponential{Rate: 1 / e.mean, Src: s}.Rand()
}

func (e exponential) SampleInProgress(s *random.Stream) float64 {
	return distuv.Gamma{Alpha: 2, Beta: 1 / e.mean, Src: s}.Rand()
}

// gamma has the mean shape/rate.
type gamma struct{ shape, rate float64 }

func (g gamma) Mean() float64 { return g.shape / g.rate }

func (g gamma) Survival(days float64) float64 {
	return mathext.GammaIncRegComp(g.shape, g.rate*max(days, 0))
}

func (g gamma) MeanWithin(days float64) float64 {
	days = max(days, 0)
	return g.Mean()*mathext.GammaIncReg(g.shape+1, g.rate*days) + days*g.Survival(days)
}

func (g gamma) Sample(s *random.Stream) float64 {
	return distuv.Gamma{Alpha: g.shape, Beta: g.rate, Src: s}.Rand()
}

func (g gamma) SampleInProgress(s *random.Stream) float64 {
	return distuv.Gamma{Alpha: g.shape + 1, Beta: g.rate, Src: s}.Rand()
}

type fixed struct{ days float64 }

func (f fixed) Mean() float64 { return f.days }

func (f fixed) Survival(days float64) float64 {
	if days < f.days {
		return 1
	}
	return 0
}

func (f fixed) MeanWithin(days float64) float64 { return min(max(days, 0), f.days) }

func (f fixed) Sample(*random.Stream) float64 { return f.days }

func (f fixed) SampleInProgress(*random.Stream) float64 { return f.days }
