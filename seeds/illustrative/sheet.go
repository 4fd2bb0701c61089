package illustrative

import (
	"fmt"

	"github.com/caremarket/caremarket/seeds/internal/table"
)

// sheet is a file of totals: one row an area and kind, and columns of whole numbers.
// How the columns hang together decides both what a row may say and how it is dealt
// out, first to districts and then to single places.
type sheet struct {
	name    string
	kinds   []string
	columns []column
}

// column is one number of a row.
type column struct {
	name string
	// by is the column in proportion to which it is dealt; empty for the first.
	by string
	// within is true where it cannot be more than the column it is dealt by, nor, where
	// less is named, more than what that column has over less.
	within bool
	less   string
}

// counts is one row's numbers by column.
type counts map[string]int

// The sheets of a plan. README.md says what each column means.
var (
	careHomes = &sheet{
		name:  "care_homes",
		kinds: []string{olderResidential, olderNursing, workingAge, workingAgeNursing},
		columns: []column{
			{name: "homes"},
			{name: "registered_beds", by: "homes"},
			{name: "maximum", by: "registered_beds", within: true},
			{name: "used", by: "maximum", within: true},
			{name: "admittable", by: "maximum", within: true, less: "used"},
		},
	}
	homeCare = &sheet{
		name:  "home_care",
		kinds: []string{largeBranches, otherBranches},
		columns: []column{
			{name: "branches"},
			{name: "office_only", by: "branches", within: true},
			{name: "hours_delivered", by: "branches"},
			{name: "hours_commissioned", by: "hours_delivered"},
			{name: "hours_spare", by: "hours_delivered"},
			{name: "people_waiting", by: "branches"},
		},
	}
	housing = &sheet{
		name:  "housing",
		kinds: []string{extraCare, enhancedSheltered, sheltered, retirement},
		columns: []column{
			{name: "schemes"},
			{name: "affordable_rent", by: "schemes"},
			{name: "shared_ownership", by: "schemes"},
			{name: "outright_sale", by: "schemes"},
		},
	}
)

// The kinds of the sheets.
const (
	olderResidential  = "older_residential"
	olderNursing      = "older_nursing"
	workingAge        = "working_age"
	workingAgeNursing = "working_age_nursing"
	largeBranches     = "large"
	otherBranches     = "other"
	extraCare         = "extra_care"
	enhancedSheltered = "enhanced_sheltered"
	sheltered         = "sheltered"
	retirement        = "retirement"
)

func (s *sheet) headings() []string {
	names := []string{"area", "kind"}
	for _, c := range s.columns {
		names = append(names, c.name)
	}
	return names
}

// mostOfAny is above any total of beds, homes or weekly hours in England.
const mostOfAny = 50_000_000

// read reads a row's numbers and notes where they cannot be.
func (s *sheet) read(row table.Row) counts {
	n := make(counts, len(s.columns))
	for _, c := range s.columns {
		if n[c.name] = row.Count(c.name); n[c.name] > mostOfAny {
			row.Fault(c.name, "%d is more than all England has", n[c.name])
			n[c.name] = 0
		}
	}
	for _, c := range s.columns {
		if limit, limited := c.limit(n); limited && n[c.name] > limit {
			row.Fault(c.name, "%d is more than %s", n[c.name], c.limitName())
		}
		if c.by != "" && n[c.by] == 0 && n[c.name] > 0 {
			row.Fault(c.name, "%d, where %s is 0", n[c.name], c.by)
		}
	}
	return n
}

func (c column) limit(n counts) (int, bool) {
	return n[c.by] - n[c.less], c.within
}

func (c column) limitName() string {
	if c.less == "" {
		return c.by
	}
	return fmt.Sprintf("%s less %s", c.by, c.less)
}

// deal shares a row out to parts: the first column by weight, each other one by the
// column that it hangs on.
func (s *sheet) deal(whole counts, weights []int) []counts {
	parts := make([]counts, len(weights))
	for i := range parts {
		parts[i] = make(counts, len(s.columns))
	}
	for _, c := range s.columns {
		by, limits := weights, []int(nil)
		if c.by != "" {
			by = make([]int, len(parts))
			for i, p := range parts {
				by[i] = p[c.by]
			}
		}
		if c.within {
			limits = make([]int, len(parts))
			for i, p := range parts {
				limits[i], _ = c.limit(p)
			}
		}
		for i, n := range deal(whole[c.name], by, limits) {
			parts[i][c.name] = n
		}
	}
	return parts
}
