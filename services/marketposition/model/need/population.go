package need

import "sort"

// Population is the people of one district: a census, and the growth projected from it.
type Population struct {
	// BaseYear is the year of the census.
	BaseYear int
	// Base holds the census people by age band; bands do not overlap.
	Base []Count
	// Source is the id of the census.
	Source string
	// Growth holds one series for each age band of a projection; every band of the base lies in just one.
	Growth []Series
}

// Count is how many people are in an age band.
type Count struct {
	Band   AgeBand
	People float64
}

// Series is what one edition of a projection says of one age band, by year.
type Series struct {
	Band AgeBand
	// Edition is the id of the projection as published, such as "ONS 2012-based".
	Edition string
	// Points in rising order of year.
	Points []Point
}

// Point is the projected people of one year.
type Point struct {
	Year   int
	People float64
}

// Projected is the people of one age band in a year, and how they came about.
type Projected struct {
	Band AgeBand
	// Base is the census count; People is Base times Growth.
	Base, Growth, People float64
	Edition              string
}

// Project returns the people of the year by the age bands of the base, or every fault at once: of the
// population, and of a year before or after what its editions cover.
func Project(population Population, year int) ([]Projected, error) {
	if err := (Input{Population: population, Year: year}).Validate(); err != nil {
		return nil, err
	}
	return population.at(year), nil
}

// Within adds up the people of the bands that lie in the given one.
func Within(people []Projected, band AgeBand) float64 {
	var sum float64
	for _, p := range people {
		if band.holds(p.Band) {
			sum += p.People
		}
	}
	return sum
}

// at projects a population that was found valid for the year.
func (p Population) at(year int) []Projected {
	people := make([]Projected, len(p.Base))
	for i, base := range p.Base {
		series := p.seriesOf(base.Band)[0]
		growth := series.at(year) / series.at(p.BaseYear)
		people[i] = Projected{
			Band: base.Band, Base: base.People, Growth: growth,
			People: base.People * growth, Edition: series.Edition,
		}
	}
	return people
}

// seriesOf returns the series whose band holds the given one.
func (p Population) seriesOf(band AgeBand) []Series {
	var found []Series
	for _, series := range p.Growth {
		if series.Band.holds(band) {
			found = append(found, series)
		}
	}
	return found
}

// at reads the people of a year off the straight line between its neighbours; the year is covered.
func (s Series) at(year int) float64 {
	next := sort.Search(len(s.Points), func(i int) bool { return s.Points[i].Year >= year })
	after := s.Points[next]
	if after.Year == year {
		return after.People
	}
	before := s.Points[next-1]
	share := float64(year-before.Year) / float64(after.Year-before.Year)
	return before.People + share*(after.People-before.People)
}

// years returns the first and last year that all series cover, if any has points.
func (p Population) years() (first, last int, known bool) {
	for _, series := range p.Growth {
		points := series.Points
		switch {
		case len(points) == 0:
		case !known:
			first, last, known = points[0].Year, points[len(points)-1].Year, true
		default:
			first, last = max(first, points[0].Year), min(last, points[len(points)-1].Year)
		}
	}
	return first, last, known
}

func (s Series) covers(year int) bool {
	return len(s.Points) > 0 && s.Points[0].Year <= year && year <= s.Points[len(s.Points)-1].Year
}
