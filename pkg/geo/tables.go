package geo

import "github.com/caremarket/caremarket/pkg/period"

// Span is the time an area exists, both days included. A zero From is before
// the records begin, a zero To is open.
type Span struct {
	From, To period.Date
}

// Contains reports whether the area exists on day.
func (s Span) Contains(day period.Date) bool {
	return !day.Before(s.From) && (s.To.IsZero() || !day.After(s.To))
}

// Region is one of England's nine statistical regions.
type Region struct {
	Code Code
	Name string
	Span
}

// Authority is a council with adult social care duties: a county, unitary,
// metropolitan or London council.
type Authority struct {
	Code   Code
	Name   string
	Region Code
	Span
}

// District is a local authority district. A unitary's authority is itself.
type District struct {
	Code      Code
	Name      string
	Authority Code
	Region    Code
	// Hectares is the land area of the district, to mean high water and without
	// inland water: what densities are counted on.
	Hectares float64
	Span
}

// Succession says that the whole of one district became part of another, or
// took a new code, on a day. A district that was divided has several.
type Succession struct {
	From, To Code
	// Name is what the former district was called.
	Name string
	// On is the first day of the new arrangement.
	On period.Date
}

// OutcodeCount is how many live postcodes of one outward code, such as GL2, lie
// in one district.
type OutcodeCount struct {
	Outcode   string
	District  Code
	Postcodes int
}

// Tables are the dated facts that an Atlas is made from. They may hold areas
// that have ended or not yet begun.
type Tables struct {
	Regions     []Region
	Authorities []Authority
	Districts   []District
	Successions []Succession
	Outcodes    []OutcodeCount
}
