package workforce

import (
	"strconv"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
)

// Question is what a capacity answers.
type Question = book.Question

// Capacity is a district's workforce: a pure function of its employers with the returns
// that stand. Sources are those that the employers and returns name.
//
// Rates come from the posts of those who return both of their parts, and never from
// published totals: England's 131,000 vacancies over 1,841,000 posts in 2023/24 are 7.1%,
// on another base than the vacancy rate of 8.3% that Skills for Care published.
func Capacity(q Question, employers []Standing, sources figure.Sources) *workforcev1.WorkforceCapacity {
	c := tally(q.AsAt, employers)
	return render(q, c, hide(c, q.Audience), sources)
}

// Sum gives the capacity of each district and, as an answer to whole, of all as one.
func Sum(whole Question, parts []District, sources figure.Sources) (each []*workforcev1.WorkforceCapacity, sum *workforcev1.WorkforceCapacity) {
	total := &count{}
	masks := make([]mask, len(parts))
	for i, part := range parts {
		c := tally(part.Question.AsAt, part.Places)
		masks[i] = hide(c, part.Question.Audience)
		each = append(each, render(part.Question, c, masks[i], sources))
		total.add(c)
	}
	return each, render(whole, total, hideSum(total, masks, whole.Audience), sources)
}

func render(q Question, c *count, m mask, sources figure.Sources) *workforcev1.WorkforceCapacity {
	asAt := q.AsAt.String()
	register, returns := c.register.Basis(asAt), c.returns().Basis(asAt)
	register.Coverage, register.Freshness = nil, nil // A register is complete by its nature.
	of := func(g group) view { return view{posts: &c.groups[g], group: g, mask: m, asAt: asAt} }
	capacity := &workforcev1.WorkforceCapacity{
		Name: q.Area + "/workforceCapacity", AsAt: asAt, KnownAt: q.KnownAt, Revision: q.Revision,
		Employers:    register.Count(c.employers, unitEmployers),
		Total:        of(everyone).use(),
		AgeBands:     ages(returns, c, m),
		Training:     training(returns, c, m),
		Dspt:         dspt(returns, c),
		Illustrative: c.illustrative(),
	}
	for r := 1; r <= roleCount; r++ {
		role := workforcev1.RoleGroup(r)
		if v := of(ofRole(role)); v.employers > 0 {
			capacity.Roles = append(capacity.Roles, &workforcev1.RoleUse{Role: role, Use: v.use()})
		}
	}
	for s := 1; s <= serviceCount; s++ {
		service := workforcev1.ServiceType(s)
		if v := of(ofService(service)); v.answers.Expected() > 0 {
			capacity.Services = append(capacity.Services, &workforcev1.ServiceUse{
				Service: service, Employers: register.Count(v.answers.Expected(), unitEmployers), Use: v.use(),
			})
		}
	}
	capacity.DigitalSocialCareRecordsShare = digital(returns, c)
	capacity.DataNotes = notes(c)
	capacity.Sources = sources.Cited(capacity)
	return capacity
}

func covering(b figure.Basis, responding, expected int) figure.Basis {
	b.Coverage = &commonv1.Coverage{Responding: int32(responding), Expected: int32(expected)}
	return b
}

const (
	formulaAgeShare      = "100 x staff of the band / staff whose age was returned"
	formulaTrainingShare = "100 x staff trained / (permanent + temporary) of those that return training"
	formulaDsptShare     = "100 x employers with the status / employers that say"
	formulaDigitalShare  = "100 x employers with digital records / employers that say"
)

func ages(b figure.Basis, c *count, m mask) []*workforcev1.AgeBandUse {
	if c.agesFrom == 0 {
		return nil
	}
	b = covering(b, c.agesFrom, c.employers)
	sum := 0
	for _, n := range c.ages {
		sum += n
	}
	out := make([]*workforcev1.AgeBandUse, ageCount)
	for i := range out {
		band := i + 1
		out[i] = &workforcev1.AgeBandUse{AgeBand: workforcev1.AgeBand(band)}
		out[i].Staff, out[i].Share = portion(b, c.ages[band], sum, m[ageCell(band)], m[agesSum], formulaAgeShare)
	}
	return out
}

func training(b figure.Basis, c *count, m mask) []*workforcev1.TrainingUse {
	if c.trainingFrom == 0 {
		return nil
	}
	b = covering(b, c.trainingFrom, c.employers)
	out := make([]*workforcev1.TrainingUse, trainingCount)
	for i := range out {
		what := i + 1
		out[i] = &workforcev1.TrainingUse{Training: workforcev1.Training(what)}
		out[i].Staff, out[i].Share = portion(b, c.training[what], c.trainingOf, m[trainingCell(what)], m[trainingBase], formulaTrainingShare)
	}
	return out
}

// portion is a count of people with its share of a whole. The two together give the whole
// away, so that the share is hidden with it.
func portion(b figure.Basis, n, whole int, hidden, hiddenWhole reason, formula string) (staff, share *commonv1.Figure) {
	staff, share = b.People(n, hidden), b.Ratio(float64(n), float64(whole), formula)
	if why := first(hidden, hiddenWhole); why != shown {
		share = figure.With(b.Hidden(why, unitPercent), formula)
	}
	return staff, share
}

// dspt counts employers, which are never hidden.
func dspt(b figure.Basis, c *count) []*workforcev1.DsptUse {
	if c.dsptFrom() == 0 {
		return nil
	}
	b = covering(b, c.dsptFrom(), c.employers)
	out := make([]*workforcev1.DsptUse, dsptCount)
	for i := range out {
		n := c.dspt[i+1]
		out[i] = &workforcev1.DsptUse{
			Status: workforcev1.DsptStatus(i + 1), Employers: b.Count(n, unitEmployers),
			Share: b.Ratio(float64(n), float64(c.dsptFrom()), formulaDsptShare),
		}
	}
	return out
}

func digital(b figure.Basis, c *count) *commonv1.Figure {
	b = covering(b, c.digitalFrom, c.employers)
	if c.digitalFrom == 0 {
		return figure.With(b.NotCollected(notSaid, unitPercent), formulaDigitalShare)
	}
	return b.Ratio(float64(c.digital), float64(c.digitalFrom), formulaDigitalShare)
}

func notes(c *count) []*commonv1.DataNote {
	var out []*commonv1.DataNote
	note := func(code, text string, n int) {
		if n > 0 {
			out = append(out, &commonv1.DataNote{Code: code, Text: strconv.Itoa(n) + " " + text, Count: int32(n)})
		}
	}
	note("NO_RETURN", "open employers have no return that counts; totals are of the others and not scaled up", c.returns().Expected()-c.returns().Responding())
	note("STALE_RETURNS", "counted returns are older than the latest closed reporting window", c.returns().Stale())
	note("FLAGGED_RETURNS", "employers' newest return meets a rule for mistakes: it is kept, and the one before stands, where there is one", c.setAside)
	note("PREDECESSOR_RETURNS", "employers were registered anew and have not returned since: the return of the employer they continue stands", c.continued)
	note("PLACEMENT_DOUBT", "employers are placed in the district with doubt", c.doubtful)
	note("PARTLY_RETURNED", "returned employers leave something out for a role group: each figure's coverage says how many do not", c.incomplete)
	return out
}
