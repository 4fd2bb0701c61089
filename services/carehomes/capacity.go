package carehomes

import (
	"maps"
	"slices"
	"strconv"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/figure"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// Question is what a capacity answers.
type Question = book.Question

// Capacity is a district's capacity: a pure function of its homes with the returns that
// stand, as DOMAIN's care home market defines it. Sources are those the homes name.
func Capacity(q Question, homes []Standing, sources figure.Sources) *carehomesv1.CareHomeCapacity {
	c := tally(q.AsAt, homes)
	return render(q, c, hide(c, q.Audience), sources)
}

// Sum gives the capacity of each district and, as an answer to whole, of all as one.
func Sum(whole Question, parts []District, sources figure.Sources) (each []*carehomesv1.CareHomeCapacity, sum *carehomesv1.CareHomeCapacity) {
	total := &count{placedBy: map[string]int{}, groups: map[string]int{}}
	masks := make([]mask, len(parts))
	for i, part := range parts {
		c := tally(part.Question.AsAt, part.Places)
		masks[i] = hide(c, part.Question.Audience)
		each = append(each, render(part.Question, c, masks[i], sources))
		total.add(c)
	}
	return each, render(whole, total, hideSum(total, masks, whole.Audience), sources)
}

const (
	unitBeds  = commonv1.Unit_UNIT_BEDS
	unitHomes = commonv1.Unit_UNIT_HOMES
)

func render(q Question, c *count, m mask, sources figure.Sources) *carehomesv1.CareHomeCapacity {
	asAt := q.AsAt.String()
	register, returns := c.register.Basis(asAt), c.returns.Basis(asAt)
	register.Coverage, register.Freshness = nil, nil // A register is complete by its nature.
	capacity := &carehomesv1.CareHomeCapacity{
		Name: q.Area + "/careHomeCapacity", AsAt: asAt, KnownAt: q.KnownAt, Revision: q.Revision,
		Homes:           register.Count(c.homes, unitHomes),
		RegisteredBeds:  register.Count(c.registered, unitBeds),
		Total:           bedUse(returns, c.of(allTypes...), m.total, q.Audience),
		OlderPeople:     bedUse(returns, c.of(olderTypes...), m.older, q.Audience),
		WorkingAge:      bedUse(returns, c.of(workingAgeTypes...), m.working, q.Audience),
		MedianOccupancy: median(returns, c),
		Staff:           staff(returns, c, q.Audience),
		Illustrative:    c.illustrative(),
	}
	for t := 1; t < bedTypes; t++ {
		if b := c.types[t]; b.homes > 0 {
			capacity.BedTypes = append(capacity.BedTypes, &carehomesv1.BedTypeUse{
				BedType: carehomesv1.BedType(t), Homes: returns.Count(b.homes, unitHomes), Use: bedUse(returns, b, m.types[t], q.Audience),
			})
		}
	}
	renderPayers(capacity, returns, c, m)
	capacity.ProviderConcentration = figure.Concentration(register, slices.Collect(maps.Values(c.groups)))
	for r := range ratings {
		if n := c.ratings[r]; n.homes > 0 {
			capacity.Ratings = append(capacity.Ratings, &carehomesv1.RatedHomes{
				Rating: carehomesv1.Rating(r), Homes: register.Count(n.homes, unitHomes), RegisteredBeds: register.Count(n.beds, unitBeds),
			})
		}
	}
	capacity.DataNotes = notes(c)
	capacity.Sources = sources.Cited(capacity)
	return capacity
}

const nobodySaysWhoPays = "no return that counts says who pays"

const (
	formulaOccupancy     = "100 x sum(used) / sum(maximum)"
	formulaVacant        = "sum(maximum) - sum(used)"
	formulaNonAdmittable = "sum(maximum) - sum(used) - sum(accepting)"
)

// bedUse shows the state of a group of beds. What would give away a hidden count of
// residents by subtraction is hidden with it; beds open to admissions are not people, so
// only those who may not see single homes are kept from them.
func bedUse(b figure.Basis, g beds, hidden reason, audience commonv1.Audience) *carehomesv1.BedUse {
	use := &carehomesv1.BedUse{
		Maximum:    b.Count(g.maximum, unitBeds),
		Used:       b.People(g.used, hidden),
		Admittable: b.Count(g.admittable, unitBeds),
	}
	if hidden != shown {
		use.Occupancy = figure.With(b.Hidden(hidden, commonv1.Unit_UNIT_PERCENT), formulaOccupancy)
		use.Vacant = figure.With(b.Hidden(hidden, unitBeds), formulaVacant)
		use.NonAdmittable = figure.With(b.Hidden(hidden, unitBeds), formulaNonAdmittable)
		if audience < commonv1.Audience_AUDIENCE_COMMISSIONER {
			use.Admittable = b.Hidden(hidden, unitBeds)
		}
		return use
	}
	use.Occupancy = b.Ratio(float64(g.used), float64(g.maximum), formulaOccupancy)
	use.Vacant = figure.With(b.Count(g.maximum-g.used, unitBeds), formulaVacant)
	use.NonAdmittable = figure.With(b.Count(g.maximum-g.used-g.admittable, unitBeds), formulaNonAdmittable)
	return use
}

func median(b figure.Basis, c *count) *commonv1.Figure {
	const formula = "median of the homes' own 100 x used / maximum"
	if len(c.occupancies) < figure.FewContributors && !b.Unanswered() {
		return figure.With(b.Hidden(few, commonv1.Unit_UNIT_PERCENT), formula)
	}
	return figure.With(b.Of(100*figure.Median(c.occupancies), commonv1.Unit_UNIT_PERCENT), formula)
}

func staff(b figure.Basis, c *count, audience commonv1.Audience) *carehomesv1.StaffUse {
	b.Coverage = &commonv1.Coverage{Responding: int32(c.staffFrom), Expected: int32(c.homes)}
	if c.staffFrom == 0 {
		const why = "no return that counts says anything of staff"
		return &carehomesv1.StaffUse{
			Employed: b.NotCollected(why, commonv1.Unit_UNIT_PEOPLE), Agency: b.NotCollected(why, commonv1.Unit_UNIT_PEOPLE),
		}
	}
	return &carehomesv1.StaffUse{
		Employed: b.People(c.employed, smallReason(c.employed, audience)),
		Agency:   b.People(c.agency, smallReason(c.agency, audience)),
	}
}

func smallReason(n int, audience commonv1.Audience) reason {
	if n < figure.SmallNumber && !figure.Sees(audience) {
		return small
	}
	return shown
}

func renderPayers(capacity *carehomesv1.CareHomeCapacity, b figure.Basis, c *count, m mask) {
	b.Coverage = &commonv1.Coverage{Responding: int32(c.payersFrom), Expected: int32(c.homes)}
	if c.payersFrom == 0 {
		capacity.PlacedByOtherAuthoritiesTotal = b.NotCollected(nobodySaysWhoPays, commonv1.Unit_UNIT_PEOPLE)
		return
	}
	for p := 1; p < payers; p++ {
		capacity.Payers = append(capacity.Payers, &carehomesv1.PayerUse{
			Payer: carehomesv1.Payer(p), Residents: b.People(c.payers[p], m.payers[p]),
		})
	}
	for _, authority := range sortedKeys(c.placedBy) {
		capacity.PlacedByOtherAuthorities = append(capacity.PlacedByOtherAuthorities, &carehomesv1.PlacedByAuthority{
			Authority: authority, Residents: b.People(c.placedBy[authority], m.placedBy[authority]),
		})
	}
	capacity.PlacedByOtherAuthoritiesTotal = b.People(c.payers[carehomesv1.Payer_PAYER_ANOTHER_COUNCIL], m.payers[carehomesv1.Payer_PAYER_ANOTHER_COUNCIL])
}

func notes(c *count) []*commonv1.DataNote {
	var out []*commonv1.DataNote
	note := func(code, text string, n int) {
		if n > 0 {
			out = append(out, &commonv1.DataNote{Code: code, Text: strconv.Itoa(n) + " " + text, Count: int32(n)})
		}
	}
	note("NO_RETURN", "open homes have no return that counts; totals are of the others and not scaled up", c.returns.Expected()-c.returns.Responding())
	note("STALE_RETURNS", "counted returns are older than the latest closed reporting window", c.returns.Stale())
	note("FLAGGED_RETURNS", "homes' newest return meets a rule for mistakes: it is kept, and the one before stands, where there is one", c.setAside)
	note("PREDECESSOR_RETURNS", "homes were registered anew and have not returned since: the return of the home they continue stands", c.continued)
	note("PLACEMENT_DOUBT", "homes are placed in the district with doubt", c.doubtful)
	note("PAYERS_PARTIAL", "returned homes do not say who pays", c.returns.Responding()-c.payersFrom)
	return out
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
