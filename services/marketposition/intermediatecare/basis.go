package intermediatecare

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
)

// number writes a number as a reader would on paper: six decimals and no noughts at the
// end; a very small one with six digits.
func number(x float64) string {
	if x != 0 && math.Abs(x) < 1e-4 {
		return strconv.FormatFloat(x, 'g', 6, 64)
	}
	return trimmed(x, 6)
}

// trimmed writes so many decimals at most.
func trimmed(x float64, decimals int) string {
	text := strconv.FormatFloat(x, 'f', decimals, 64)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}

// between writes a range.
func between(r assume.Range) string {
	if isExact(r) {
		return number(r.Central)
	}
	return fmt.Sprintf("%s (%s to %s)", number(r.Central), number(r.Low), number(r.High))
}

// note is one data note.
func note(code, format string, args ...any) *commonv1.DataNote {
	return &commonv1.DataNote{Code: code, Text: fmt.Sprintf(format, args...)}
}

// The methods that answers rest on.
func offeredLoad() *marketpositionv1.Method {
	return &marketpositionv1.Method{
		Title:     "Offered load",
		Text:      "a = arrivals a day × mean stay in days: the places in use on average, were none ever short.",
		Reference: "J. D. C. Little (1961), A proof for the queuing formula L = λW, Operations Research 9",
	}
}

func erlangB() *marketpositionv1.Method {
	return &marketpositionv1.Method{
		Title: "Erlang B",
		Text: "The share of arrivals who find every place taken, when those people go elsewhere: B(0) = 1, " +
			"B(n) = a B(n-1) / (n + a B(n-1)). It holds for stays of any distribution with this mean.",
		Reference: "A. K. Erlang (1917), Solution of some problems in the theory of probabilities of significance in automatic telephone exchanges",
	}
}

func erlangC() *marketpositionv1.Method {
	return &marketpositionv1.Method{
		Title: "Erlang C",
		Text: "The share who wait, when everybody waits: C = n B / (n - a (1 - B)), only for n above a. " +
			"Mean queue Lq = C a / (n - a); mean wait Wq = Lq / arrivals; share who wait longer than t: C exp(-(n - a) t / stay).",
		Reference: "A. K. Erlang (1917), as above",
	}
}

func leastCost() *marketpositionv1.Method {
	return &marketpositionv1.Method{
		Title: "Least cost",
		Text: "Cost of a day = places × cost of a place-day + mean queue × cost of a waiting-day. The mean queue is convex in the places, " +
			"so the cheapest number is the first whose next costs no less.",
		Reference: "M. E. Dyer and L. G. Proll (1977), On the validity of marginal analysis for allocating servers in M/M/c queues, Management Science 23",
	}
}

func simulation() *marketpositionv1.Method {
	return &marketpositionv1.Method{
		Title: "Simulation by replications",
		Text: "People come at random at the rate of the day, take a free place or join one queue, first come first served, stay for a time drawn " +
			"from the distribution, and leave. The whole time is played so many times, each with random numbers of its own that follow " +
			"from the seed; mean and quantiles are taken over the replications.",
		Reference: "This service's own; docs/models/intermediate-care.md says how it is checked against Erlang and other known results",
	}
}

func blocking() *marketpositionv1.Method {
	return &marketpositionv1.Method{
		Title: "Blocking after service",
		Text: "Whose stay is over and whose next stage is full keeps the place they hold until a place there falls free. Stages that block each " +
			"other in a circle swap their people at once.",
		Reference: "H. G. Perros (1994), Queueing Networks with Blocking",
	}
}

func traffic() *marketpositionv1.Method {
	return &marketpositionv1.Method{
		Title: "Traffic equations",
		Text: "What comes to a stage is what comes from outside and each other stage's share of what comes to that one; times its mean stay it is the " +
			"offered load, the places it needs on average when no stage is ever full.",
		Reference: "J. R. Jackson (1957), Networks of waiting lines, Operations Research 5",
	}
}
