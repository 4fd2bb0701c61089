package workforceflow

import (
	"fmt"
	"math"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/services/marketposition/model/check"
)

// mostMonths bounds how far to look: fifty years.
const mostMonths = 600

// mostStaff bounds counts of people and posts: more than work in the whole country.
const mostStaff = 1e8

// Validate names every fault of the input by its field, or returns nil.
func (in Input) Validate() error {
	var faults errs.Collector
	check.Whole(&faults, "months", 1, mostMonths, in.Months)
	for i, team := range in.Teams {
		team.check(&faults, fmt.Sprintf("teams[%d]", i))
		for j, other := range in.Teams[:i] {
			if team.Service == other.Service && team.Role == other.Role {
				faults.Add(fmt.Sprintf("teams[%d]", i), "is the same service and role as teams[%d]", j)
			}
		}
	}
	for i, lever := range in.Levers {
		lever.check(&faults, fmt.Sprintf("levers[%d]", i), in.Months)
	}
	for i, service := range in.Services {
		in.checkService(&faults, fmt.Sprintf("services[%d]", i), service)
	}
	return faults.Err()
}

func (t Team) check(faults *errs.Collector, field string) {
	if t.Service == "" || t.Role == "" {
		faults.Add(field, "names its service and role")
	}
	check.Between(faults, field+".posts", 0, mostStaff, t.Posts)
	check.Between(faults, field+".cover", 0, mostStaff, t.Cover)
	if !(t.Filled >= 0 && t.Filled <= t.Posts) {
		faults.Add(field+".filled", "must lie between 0 and the %v posts, not at %v", t.Posts, t.Filled)
	}
	t.Turnover.Check(faults, field+".turnover", 0, monthsInYear)
	t.Starters.Check(faults, field+".starters", 0, mostStaff)
	t.International.Check(faults, field+".international", 0, mostStaff)
}

func (l Lever) check(faults *errs.Collector, field string, months int) {
	if l.What < TimesTurnover || l.What > AddPosts {
		faults.Add(field+".what", "must be one of the four effects, not %d", int(l.What))
	}
	check.Whole(faults, field+".from_month", 1, months, l.FromMonth)
	if l.ToMonth != 0 && l.ToMonth < l.FromMonth {
		faults.Add(field+".to_month", "%d comes before month %d", l.ToMonth, l.FromMonth)
	}
	l.By.Check(faults, field+".by", 0, mostStaff)
}

func (in Input) checkService(faults *errs.Collector, field string, service Service) {
	if service.Name == "" {
		faults.Add(field+".name", "names the service")
	}
	checkMonthly(faults, field+".need", service.Need, in.Months, math.MaxFloat64)
	checkMonthly(faults, field+".places", service.Places, in.Months, math.Inf(1))
	if len(service.Staffing) == 0 {
		faults.Add(field+".staffing", "names at least one role that the service cannot do without")
	}
	for i, staffing := range service.Staffing {
		at := fmt.Sprintf("%s.staffing[%d]", field, i)
		staffing.PostsPerUnit.Check(faults, at+".posts_per_unit", math.SmallestNonzeroFloat64, mostStaff)
		if !in.hasTeam(service.Name, staffing.Role) {
			faults.Add(at+".role", "no team of service %q has role %q", service.Name, staffing.Role)
		}
	}
}

func (in Input) hasTeam(service, role string) bool {
	for _, team := range in.Teams {
		if team.Service == service && team.Role == role {
			return true
		}
	}
	return false
}

func checkMonthly(faults *errs.Collector, field string, values []float64, months int, most float64) {
	if len(values) != 1 && len(values) != months {
		faults.Add(field, "must have one value for all months or one for each of the %d, not %d", months, len(values))
	}
	for i, value := range values {
		if !(value >= 0 && value <= most) {
			faults.Add(fmt.Sprintf("%s[%d]", field, i), "must be a number of units, not %v", value)
		}
	}
}
