// Package scenario sets the years ahead with some levers pulled beside the same years without them, for
// all districts of an authority, with the uncertainty of every assumption carried through.
//
// In each year and district: people by age (package need) times rates are the need; filled posts times the
// people whom one lets a setting serve, and no more than there are places, are the capacity; package
// interaction says who is placed where. Between years, staff move month by month (package workforceflow).
//
// Each draw takes every assumption at random from its triangular distribution, independently of the others;
// the same draw makes the years with and without, so their difference is the levers' alone. Rates,
// overflow and staffing are drawn once for all districts, places for each district by itself. Of all draws
// the median and two quantiles are given. The same input and seed give the same answer whatever the
// number of workers.
package scenario

import (
	"context"

	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/interaction"
	"github.com/caremarket/caremarket/services/marketposition/model/need"
	"github.com/caremarket/caremarket/services/marketposition/model/replicate"
)

// Input is districts as they are, what is assumed of the years ahead, and the levers.
type Input struct {
	// FirstYear is the year whose staff and places are given; LastYear is the last to be worked out.
	FirstYear, LastYear int
	Districts           []District
	// Rates of need; each names its setting as [interaction.Setting.String] does.
	Rates []need.Rate
	// Overflow[s][t] is the share of those whom s turns away that goes on to try t.
	Overflow [interaction.Count][interaction.Count]assume.Assumption
	Staffing [interaction.Count]Staffing
	Levers   []Lever
	// Draws is how often all assumptions are drawn; the same Seed draws the same.
	Draws int
	Seed  uint64
	// Within is the share of draws between the two quantiles given, such as 0.9.
	Within float64
}

// District is one district in the first year.
type District struct {
	ID         string
	Population need.Population
	// Places are the people each setting has room for, if it is staffed; +Inf where room is no limit.
	Places [interaction.Count]assume.Assumption
	Teams  [interaction.Count]Team
}

// Team is the staff of one setting in a district.
type Team struct {
	// Posts established and, of these, filled.
	Posts, Filled float64
}

// Staffing is how the staff of a setting move, and what they can do, in every district.
type Staffing struct {
	// PeoplePerPost is how many people one filled post lets the setting serve.
	PeoplePerPost assume.Assumption
	// Turnover is leavers in twelve months for one of the staff.
	Turnover assume.Assumption
	// Starters is how many would start in a month for each post, while posts are vacant.
	Starters assume.Assumption
}

// Lever changes something in some years.
type Lever struct {
	Name string
	What What
	// District is whose; empty means all.
	District string
	// Setting is what it acts on. To is where people go on to, for TimesOverflow alone.
	Setting, To interaction.Setting
	// FromYear and ToYear are its first and last year; a ToYear of 0 means to the end.
	FromYear, ToYear int
	// By is how much, for all but UsePopulation.
	By assume.Assumption
	// Population takes the place of the district's own, for UsePopulation alone.
	Population need.Population
}

// What is what a lever acts on.
type What int

// What levers act on. Additions of several levers add up, factors multiply.
const (
	// AddPlaces adds room for so many people (beds, units, or hours as people); negative closes some.
	AddPlaces What = iota + 1
	// AddPosts establishes posts.
	AddPosts
	// AddStarters adds people a month who would start.
	AddStarters
	// TimesTurnover multiplies turnover.
	TimesTurnover
	// TimesNeed multiplies the need for a setting, such as reablement that spares home care.
	TimesNeed
	// TimesOverflow multiplies the share of those turned away who go on from Setting to To.
	TimesOverflow
	// UsePopulation takes another projection, or another edition of it.
	UsePopulation
)

// Result is each district, in the order of the input, and then all of them together.
type Result struct {
	Areas []Area
}

// All is the id of the area that is all districts together.
const All = "all"

// Area is the years of one district or of all.
type Area struct {
	ID    string
	Years []Year
	// Drivers say, for each figure in the last year, which assumptions it hangs on most.
	Drivers [Figures]Drivers
}

// Year is every figure of a year.
type Year struct {
	Year    int
	Figures [Figures]Comparison
}

// Comparison is a figure without the levers, with them, and the difference, draw by draw. Each range is
// the lower quantile, the median and the upper quantile of the draws.
type Comparison struct {
	Without, With, Difference assume.Range
}

// Run works out all years, or names every fault of the input at once. It uses so many workers (0 for one
// to each processor) and stops with the context's error when that ends.
func Run(ctx context.Context, in Input, workers int) (Result, error) {
	if err := in.Validate(); err != nil {
		return Result{}, err
	}
	m, err := newModel(in)
	if err != nil {
		return Result{}, err
	}
	table := newTable(m)
	workers = replicate.Workers(workers, in.Draws)
	runs := make([]run, workers)
	for i := range runs {
		runs[i] = newRun(m, table)
	}
	err = replicate.Each(ctx, workers, in.Draws, func(_ context.Context, worker, draw int) error {
		runs[worker].draw(draw)
		return nil
	})
	if err != nil {
		return Result{}, err
	}
	return summarise(ctx, m, table, workers)
}
