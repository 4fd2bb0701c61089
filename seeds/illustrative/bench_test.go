package illustrative_test

import (
	"testing"

	"github.com/caremarket/caremarket/seeds"
	"github.com/caremarket/caremarket/seeds/illustrative"
)

// BenchmarkCounty reads the plan of the county and makes the whole market: places and
// three years of returns.
func BenchmarkCounty(b *testing.B) {
	for b.Loop() {
		plan, err := illustrative.County(illustrative.Files(), seeds.Files())
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(returns(b, plan)), "returns")
	}
}

// BenchmarkEngland makes the market of all England from a plan.
func BenchmarkEngland(b *testing.B) {
	plan := england(b)
	for b.Loop() {
		b.ReportMetric(float64(returns(b, plan)), "returns")
	}
}

func returns(b *testing.B, plan illustrative.Plan) int {
	market, n := generate(b, plan), 0
	for range market.CareHomeReturns() {
		n++
	}
	for range market.BranchReturns() {
		n++
	}
	for range market.SchemeReturns() {
		n++
	}
	for range market.EmployerReturns() {
		n++
	}
	return n
}
