package workforce

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
)

// reader is somebody who tries to work out what is hidden: it knows what adds up to what,
// and solves for the unknown.
type reader struct {
	// unknown numbers, each with a column; hidden are those that ought to stay unknown.
	unknown map[string]int
	hidden  map[string]bool
	known   map[string]bool
	// equations have a coefficient for each number; their values do not matter.
	equations []map[string]float64
}

// named is a group of posts.
type named struct {
	name string
	use  *workforcev1.PostUse
}

func usesOf(c *workforcev1.WorkforceCapacity) []named {
	out := []named{{"all", c.GetTotal()}}
	for _, r := range c.GetRoles() {
		out = append(out, named{r.GetRole().String(), r.GetUse()})
	}
	for _, s := range c.GetServices() {
		out = append(out, named{s.GetService().String(), s.GetUse()})
	}
	return out
}

// readerOf reads districts side by side with the whole.
func readerOf(each []*workforcev1.WorkforceCapacity, whole *workforcev1.WorkforceCapacity) *reader {
	r := &reader{unknown: map[string]int{}, hidden: map[string]bool{}, known: map[string]bool{}}
	names := map[string]bool{}
	areas := append(slices.Clone(each), whole)
	said := make([][]string, len(areas))
	for i, c := range areas {
		said[i] = r.area(fmt.Sprintf("%d ", i), c)
		for _, name := range said[i] {
			names[name] = true
		}
	}
	for i := range areas {
		for name := range names {
			if !slices.Contains(said[i], name) {
				r.known[fmt.Sprintf("%d %s", i, name)] = true // Of a group that is not there: 0.
			}
		}
	}
	if len(each) > 1 {
		for name := range names {
			equation := map[string]float64{fmt.Sprintf("%d %s", len(each), name): -1}
			for i := range each {
				equation[fmt.Sprintf("%d %s", i, name)] = 1
			}
			r.equations = append(r.equations, equation)
		}
	}
	return r
}

// see notes a figure that stands there.
func (r *reader) see(name string, f *commonv1.Figure) {
	if figure.IsHidden(f) {
		r.hidden[name] = true
		return
	}
	r.known[name] = true
}

// area notes what one answer says, and returns the names of its numbers without the area.
func (r *reader) area(area string, c *workforcev1.WorkforceCapacity) []string {
	names := map[string]bool{}
	sums := map[string]map[string]float64{}
	part := func(of string, number string) {
		if sums[of] == nil {
			sums[of] = map[string]float64{area + of: -1}
		}
		sums[of][area+number] = 1
		names[of], names[number] = true, true
	}
	for _, u := range usesOf(c) {
		for name, pick := range countsOfPosts {
			r.see(area+u.name+" "+name, pick(u.use))
			names[u.name+" "+name] = true
		}
		names[u.name+" zero hours"], names[u.name+" pay"] = true, true
		part(u.name+" employed", u.name+" permanent")
		part(u.name+" employed", u.name+" temporary")
		part(u.name+" filled", u.name+" employed")
		part(u.name+" filled", u.name+" bank")
		part(u.name+" filled", u.name+" agency")
		r.rates(area+u.name, u.use)
	}
	for _, equation := range sums {
		r.equations = append(r.equations, equation)
	}
	for _, of := range append(slices.Collect(maps.Keys(countsOfPosts)), "employed", "zero hours", "pay") {
		roles, services := map[string]float64{area + "all " + of: -1}, map[string]float64{area + "all " + of: -1}
		for _, role := range c.GetRoles() {
			roles[area+role.GetRole().String()+" "+of] = 1
		}
		for _, service := range c.GetServices() {
			services[area+service.GetService().String()+" "+of] = 1
		}
		r.equations = append(r.equations, roles, services)
	}
	for _, name := range r.people(area, c) {
		names[name] = true
	}
	return slices.Collect(maps.Keys(names))
}

// rates give their denominators away, where all returned both parts.
func (r *reader) rates(group string, u *workforcev1.PostUse) {
	whole := func(f *commonv1.Figure) bool {
		all := u.GetPermanent().GetCoverage()
		return f.GetCoverage().GetResponding() == all.GetResponding()
	}
	if number(u.GetTurnover()) > 0 && number(u.GetLeavers()) > 0 && whole(u.GetTurnover()) {
		r.known[group+" employed"] = true
	}
	if number(u.GetVacancyRate()) > 0 && number(u.GetVacancies()) > 0 && whole(u.GetVacancyRate()) {
		r.known[group+" employed"] = true
	}
	if _, ok := figure.Value(u.GetZeroHoursShare()); ok {
		r.known[group+" zero hours"] = true
	}
	r.see(group+" pay", u.GetMeanPay())
}

// people are the ages, which add up to the employed where all returned them, and the
// training.
func (r *reader) people(area string, c *workforcev1.WorkforceCapacity) (names []string) {
	all := c.GetTotal().GetPermanent().GetCoverage().GetResponding()
	base := area + "aged"
	if len(c.GetAgeBands()) > 0 {
		names = append(names, "aged")
	}
	equation := map[string]float64{base: -1}
	for _, a := range c.GetAgeBands() {
		name := area + a.GetAgeBand().String()
		r.see(name, a.GetStaff())
		equation[name] = 1
		names = append(names, a.GetAgeBand().String())
		if number(a.GetStaff()) > 0 && number(a.GetShare()) > 0 {
			r.known[base] = true
		}
		if a.GetStaff().GetCoverage().GetResponding() == all {
			r.equations = append(r.equations, map[string]float64{base: 1, area + "all employed": -1})
		}
	}
	r.equations = append(r.equations, equation)
	for _, tr := range c.GetTraining() {
		r.see(area+tr.GetTraining().String(), tr.GetStaff())
		names = append(names, tr.GetTraining().String())
		if number(tr.GetStaff()) > 0 && number(tr.GetShare()) > 0 && tr.GetStaff().GetCoverage().GetResponding() == all {
			r.known[area+"all employed"] = true
		}
	}
	return names
}

// workOut solves the equations and names what is hidden and follows from the rest.
func (r *reader) workOut() []string {
	var names []string
	for _, e := range r.equations {
		for name := range e {
			if _, seen := r.unknown[name]; !seen && !r.known[name] {
				r.unknown[name] = 0
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	for i, name := range names {
		r.unknown[name] = i
	}
	var rows [][]float64
	for _, e := range r.equations {
		row, open := make([]float64, len(names)), false
		for name, x := range e {
			if i, unknown := r.unknown[name]; unknown {
				row[i], open = x, true
			}
		}
		if open {
			rows = append(rows, row)
		}
	}
	var found []string
	for _, row := range reduced(rows, len(names)) {
		only, n := 0, 0
		for i, x := range row {
			if x != 0 {
				only, n = i, n+1
			}
		}
		if n == 1 && r.hidden[names[only]] {
			found = append(found, names[only])
		}
	}
	return found
}

// reduced is the reduced row echelon form.
func reduced(rows [][]float64, width int) [][]float64 {
	rank := 0
	for column := 0; column < width && rank < len(rows); column++ {
		pivot := -1
		for i := rank; i < len(rows); i++ {
			if math.Abs(rows[i][column]) > 1e-9 {
				pivot = i
				break
			}
		}
		if pivot < 0 {
			continue
		}
		rows[rank], rows[pivot] = rows[pivot], rows[rank]
		scale := rows[rank][column]
		for j := column; j < width; j++ {
			rows[rank][j] /= scale
		}
		var filled []int
		for j, x := range rows[rank] {
			if x != 0 {
				filled = append(filled, j)
			}
		}
		for i := range rows {
			if x := rows[i][column]; i != rank && x != 0 {
				for _, j := range filled {
					if rows[i][j] -= x * rows[rank][j]; math.Abs(rows[i][j]) < 1e-9 {
						rows[i][j] = 0
					}
				}
			}
		}
		rank++
	}
	return rows[:rank]
}
