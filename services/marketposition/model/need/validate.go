package need

import (
	"fmt"
	"math"

	"github.com/caremarket/caremarket/pkg/errs"
)

// Validate names every fault of the input by its field, or returns nil.
func (in Input) Validate() error {
	var faults errs.Collector
	in.Population.check(&faults)
	if first, last, known := in.Population.years(); known && (in.Year < first || in.Year > last) {
		faults.Add("year", "%d lies outside %d to %d, the years that every edition in population.growth covers", in.Year, first, last)
	}
	in.checkRates(&faults)
	return faults.Err()
}

func (in Input) checkRates(faults *errs.Collector) {
	type key struct {
		setting, group string
		band           AgeBand
	}
	seen := make(map[key]int)
	for i, rate := range in.Rates {
		field := fmt.Sprintf("rates[%d]", i)
		if rate.Setting == "" {
			faults.Add(field+".setting", "names the kind of care that is needed")
		}
		if !positive(rate.Per) {
			faults.Add(field+".per", "the denominator must be a positive number of people, not %v", rate.Per)
		} else {
			rate.People.Check(faults, field+".people", 0, rate.Per)
		}
		if !in.Population.tiles(rate.Band) {
			faults.Add(field+".band", "%s must be made up of whole age bands of the population", rate.Band)
		}
		k := key{rate.Setting, rate.ClientGroup, rate.Band}
		if first, again := seen[k]; again {
			faults.Add(field, "says the same setting, age band and client group as rates[%d]", first)
		} else {
			seen[k] = i
		}
	}
}

// tiles reports whether whole bands of the base fill the band without a hole.
func (p Population) tiles(band AgeBand) bool {
	covered := 0
	for _, base := range p.Base {
		if band.holds(base.Band) {
			covered += base.Band.years()
		}
	}
	return band.sound() && covered == band.years()
}

func (p Population) check(faults *errs.Collector) {
	if p.Source == "" {
		faults.Add("population.source", "a census names its source")
	}
	for i, base := range p.Base {
		field := fmt.Sprintf("population.base[%d]", i)
		checkBand(faults, field, base.Band)
		if !(base.People >= 0) || math.IsInf(base.People, 1) {
			faults.Add(field+".people", "must be a number of people, not %v", base.People)
		}
		for j, other := range p.Base[:i] {
			if base.Band.meets(other.Band) {
				faults.Add(field+".band", "%s overlaps %s of population.base[%d]", base.Band, other.Band, j)
			}
		}
		if found := len(p.seriesOf(base.Band)); found != 1 {
			faults.Add(field+".band", "%s must lie within the age band of one growth series, not of %d", base.Band, found)
		}
	}
	for i, series := range p.Growth {
		p.checkSeries(faults, fmt.Sprintf("population.growth[%d]", i), series)
	}
}

func (p Population) checkSeries(faults *errs.Collector, field string, series Series) {
	checkBand(faults, field, series.Band)
	if series.Edition == "" {
		faults.Add(field+".edition", "a projection names its edition")
	}
	for i, point := range series.Points {
		if !positive(point.People) {
			faults.Add(fmt.Sprintf("%s.points[%d].people", field, i), "must be a positive number of people, not %v", point.People)
		}
		if i > 0 && point.Year <= series.Points[i-1].Year {
			faults.Add(fmt.Sprintf("%s.points[%d].year", field, i), "%d must come after %d", point.Year, series.Points[i-1].Year)
		}
	}
	if !series.covers(p.BaseYear) {
		faults.Add(field+".points", "must cover the base year %d", p.BaseYear)
	}
}

func checkBand(faults *errs.Collector, field string, band AgeBand) {
	if !band.sound() {
		faults.Add(field+".band", "%d to %d is not a span of ages", band.From, band.To)
	}
}

func positive(value float64) bool { return value > 0 && !math.IsInf(value, 1) }
