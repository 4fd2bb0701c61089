package workforce

import (
	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

type reason = commonv1.HiddenReason

const (
	shown     = commonv1.HiddenReason_HIDDEN_REASON_UNSPECIFIED
	small     = commonv1.HiddenReason_HIDDEN_REASON_SMALL_NUMBER
	secondary = commonv1.HiddenReason_HIDDEN_REASON_SECONDARY
	few       = commonv1.HiddenReason_HIDDEN_REASON_FEW_CONTRIBUTORS
)

// cell is a number that a reader has before them or can work out: a quantity of a group,
// the denominator of a rate, the staff of an age band. All cells of an area stand in one
// row, so that a mask is a slice and closing.go needs to know nothing of what they are.
type cell int

// The denominators of the rates stand behind the quantities as columns of a group.
const (
	vacancyBase = quantities + iota
	turnoverBase
	zeroHoursBase
	columns
)

var numerators = [...]quantity{vacancies, leavers, zeroHours}

func cellOf(g group, q quantity) cell { return cell(int(g)*int(columns) + int(q)) }

const (
	// agesSum and trainingBase are the staff of those that return ages and training.
	agesSum      = cell(int(groupCount) * int(columns))
	trainingBase = agesSum + cell(ageCount) + 1
	cells        = trainingBase + cell(trainingCount) + 1
)

// ageCell and trainingCell are numbered from 1, as their enums are.
func ageCell(band int) cell      { return agesSum + cell(band) }
func trainingCell(what int) cell { return trainingBase + cell(what) }

// content is what stands in a cell: how many people or posts, and from how many employers.
type content struct {
	n, from int
	// people are hidden when they are few; vacant posts are not people.
	people bool
	// sensitive is pay, whose averages need several employers whoever reads.
	sensitive bool
}

// contents are the cells of an area.
func (c *count) contents() []content {
	out := make([]content, cells)
	for g := range groupCount {
		p := &c.groups[g]
		for q := range quantities {
			item := p.items[q]
			out[cellOf(g, q)] = content{n: item.sum, from: item.from, people: q != vacancies}
		}
		for _, q := range []quantity{sickness, pay} {
			out[cellOf(g, q)].n = p.items[q].of
		}
		out[cellOf(g, pay)].from, out[cellOf(g, pay)].sensitive = len(p.pays), true
		for i, q := range numerators {
			out[cellOf(g, quantities+quantity(i))] = content{n: p.items[q].of, from: p.items[q].from, people: true}
		}
	}
	for band := 1; band <= ageCount; band++ {
		out[ageCell(band)] = content{n: c.ages[band], from: c.agesFrom, people: true}
		out[agesSum].n += c.ages[band]
	}
	out[agesSum].from, out[agesSum].people = c.agesFrom, true
	for what := 1; what <= trainingCount; what++ {
		out[trainingCell(what)] = content{n: c.training[what], from: c.trainingFrom, people: true}
	}
	out[trainingBase] = content{n: c.trainingOf, from: c.trainingFrom, people: true}
	return out
}

// own is why a cell is hidden for its own sake. Nobody at all is shown as 0: it tells of
// no person, and hiding it would hide the contracts that a market does not use.
//
// So few employers that a reader could tell a single one's numbers are hidden from the
// public and from providers; commissioners see single employers anyway.
func (x content) own(audience commonv1.Audience) reason {
	switch {
	case x.n == 0:
		return shown
	case x.people && x.n < figure.SmallNumber:
		return small
	case x.from < figure.FewContributors && (x.sensitive || audience < commonv1.Audience_AUDIENCE_COMMISSIONER):
		return few
	}
	return shown
}

// mask says of every cell of an area whether it is withheld, and why.
type mask []reason

// hide decides what an audience may not see of one district.
func hide(c *count, audience commonv1.Audience) mask {
	contents := c.contents()
	m := ownReasons(contents, audience)
	m.close(contents, c.lines())
	return m
}

func ownReasons(contents []content, audience commonv1.Audience) mask {
	m := make(mask, cells)
	if figure.Sees(audience) {
		return m
	}
	for i, x := range contents {
		m[i] = x.own(audience)
	}
	return m
}

// hideSum decides what is withheld of an authority whose districts stand beside it: every
// cell of which a district's is. Less would do for most, and give some away: a hidden cell
// stands in sums over contracts, over role groups or services and over districts, which
// together can be solved where each alone cannot. With all of a district's hidden cells
// hidden in the authority too, whatever leaves the district's open leaves these open.
func hideSum(sum *count, parts []mask, audience commonv1.Audience) mask {
	m := ownReasons(sum.contents(), audience)
	for _, part := range parts {
		for i, hidden := range part {
			if m[i] == shown && hidden != shown {
				m[i] = secondary
			}
		}
	}
	return m
}

func first(all ...reason) reason {
	for _, r := range all {
		if r != shown {
			return r
		}
	}
	return shown
}
