package workforce

import (
	"math"

	"github.com/caremarket/caremarket/pkg/figure"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
)

// quantity is what is added up of a group of posts.
type quantity int

const (
	permanent quantity = iota
	temporary
	// employed are permanent and temporary together: the denominator of the rates. It is
	// not shown, but can be worked out from every rate that is.
	employed
	bank
	agency
	filled
	vacancies
	starters
	leavers
	recruits
	// zeroHours is shown as a share only.
	zeroHours
	// sickness counts hundredths of days, and pay hundredths of pence an hour, once for
	// each of the staff: whole numbers, so that a sum does not depend on its order.
	sickness
	pay
	quantities
)

const (
	hundredths = 100
	// perPound is hundredths of pence.
	perPound = 10_000
)

// item is one quantity of a group, of the role rows that return it.
type item struct {
	sum int
	// of is the permanent and temporary staff of those rows.
	of int
	// from is how many employers return it, and silent how many leave it out of a row.
	from, silent int
}

func (t *item) add(o item) {
	t.sum += o.sum
	t.of += o.of
	t.from += o.from
	t.silent += o.silent
}

// posts are a group of posts added up: all, those of a role group or of a service.
type posts struct {
	// answers are the employers that are expected to return for the group, and do.
	answers figure.Tally
	// employers is how many of them have posts in it.
	employers int
	items     [quantities]item
	// pays are the employers' own mean pay, pounds an hour.
	pays []float64
}

// add adds what one employer returns for the group.
func (p *posts) add(rows []*workforcev1.RoleReturn) {
	if len(rows) == 0 {
		return
	}
	p.employers++
	var own [quantities]item
	for _, row := range rows {
		for q := range quantities {
			n, given := q.of(row)
			if !given {
				if q.owed(row) {
					own[q].silent = 1
				}
				continue
			}
			own[q].from = 1
			own[q].sum += n
			own[q].of += staffOf(row)
		}
	}
	for q := range quantities {
		p.items[q].add(own[q])
	}
	if paid := own[pay]; paid.of > 0 {
		p.pays = append(p.pays, meanPay(paid))
	}
}

// meanPay is pounds an hour, the mean over staff.
func meanPay(paid item) float64 { return float64(paid.sum) / perPound / float64(paid.of) }

// join adds another area's group.
func (p *posts) join(o *posts) {
	p.answers.Add(&o.answers)
	p.employers += o.employers
	for q := range quantities {
		p.items[q].add(o.items[q])
	}
	p.pays = append(p.pays, o.pays...)
}

// of reads a quantity from a row; given is false where it was not returned.
func (q quantity) of(row *workforcev1.RoleReturn) (n int, given bool) {
	switch q {
	case permanent:
		return int(row.GetPermanent()), true
	case temporary:
		return int(row.GetTemporary()), true
	case employed:
		return staffOf(row), true
	case bank:
		return int(row.GetBank()), true
	case agency:
		return int(row.GetAgency()), true
	case filled:
		return staffOf(row) + int(row.GetBank()) + int(row.GetAgency()), true
	case vacancies:
		return int(row.GetVacancies()), row.Vacancies != nil
	case starters:
		return int(row.GetStarters()), row.Starters != nil
	case leavers:
		return int(row.GetLeavers()), row.Leavers != nil
	case recruits:
		return int(row.GetInternationalRecruits()), row.InternationalRecruits != nil
	case zeroHours:
		return int(row.GetZeroHours()), row.ZeroHours != nil
	case sickness:
		return fixed(row.GetSicknessDays(), hundredths), row.SicknessDays != nil
	case pay:
		return fixed(row.GetPayPerHour(), perPound) * staffOf(row), row.PayPerHour != nil
	}
	return 0, false
}

// owed reports whether a row that says nothing of a quantity leaves something out: there is
// no pay where nobody is employed.
func (q quantity) owed(row *workforcev1.RoleReturn) bool { return q != pay || staffOf(row) > 0 }

func fixed(x, parts float64) int { return int(math.Round(x * parts)) }
