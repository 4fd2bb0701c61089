package workforce

import (
	"fmt"
	"strings"

	"github.com/caremarket/caremarket/pkg/intake"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
)

// The columns of a file of returns, as docs/formats/workforce-returns.md describes them.
// Those of an enum are named after its values, so that a new value brings its columns.
const (
	columnEmployer = "employer"
	columnAsAt     = "as_at"
	columnDspt     = "dspt_status"
	columnDigital  = "digital_social_care_records"
)

// roleItems are what is returned of each role group: {role}_{item}, as the fields of a
// RoleReturn are called.
var roleItems = []string{
	"permanent", "temporary", "bank", "agency", "vacancies", "starters", "leavers",
	"sickness_days", "zero_hours", "pay_per_hour", "international_recruits",
}

// word is an enum's value as the columns have it: ROLE_GROUP_CARE_WORKER is care_worker.
func word(value fmt.Stringer, enum string) string {
	return strings.ToLower(strings.TrimPrefix(value.String(), enum+"_"))
}

func roleColumn(role workforcev1.RoleGroup, item string) string {
	return word(role, "ROLE_GROUP") + "_" + item
}

func ageColumn(band workforcev1.AgeBand) string { return "age_" + word(band, "AGE_BAND") }

func trainingColumn(what workforcev1.Training) string { return "trained_" + word(what, "TRAINING") }

func dsptWords() []string {
	var out []string
	for s := 1; s <= dsptCount; s++ {
		out = append(out, word(workforcev1.DsptStatus(s), "DSPT_STATUS"))
	}
	return out
}

// returnsLayout is known by the columns that every file has.
func returnsLayout() intake.Layout {
	return intake.Layout{Name: "workforce returns", Columns: []string{
		columnEmployer, columnAsAt, roleColumn(workforcev1.RoleGroup_ROLE_GROUP_CARE_WORKER, "permanent"),
	}}
}

// unread names the columns of a header that no row is read from, but for those that a file
// of rejected rows begins with. A name typed wrong would else lose its numbers in silence.
func unread(header []string) []string {
	known := map[string]bool{
		"": true, "rejected_row": true, "rejected_because": true,
		columnEmployer: true, columnAsAt: true, columnDspt: true, columnDigital: true,
	}
	for r := 1; r <= roleCount; r++ {
		for _, item := range roleItems {
			known[roleColumn(workforcev1.RoleGroup(r), item)] = true
		}
	}
	for band := 1; band <= ageCount; band++ {
		known[ageColumn(workforcev1.AgeBand(band))] = true
	}
	for what := 1; what <= trainingCount; what++ {
		known[trainingColumn(workforcev1.Training(what))] = true
	}
	var out []string
	for _, name := range header {
		if !known[strings.ToLower(name)] {
			out = append(out, name)
		}
	}
	return out
}

// columnOf is where in a row the fault of a field of its return stands; "" for the row.
func columnOf(field string, r *workforcev1.EmployerReturn) string {
	var i int
	var rest string
	list, ends, indexed := strings.Cut(field, "[")
	if indexed {
		position, after, _ := strings.Cut(ends, "]")
		if _, err := fmt.Sscan(position, &i); err != nil {
			return ""
		}
		rest = strings.TrimPrefix(after, ".")
	}
	switch {
	case field == columnAsAt, field == columnEmployer, field == columnDspt, field == columnDigital:
		return field
	case field == "name": // The employer is not on the register.
		return columnEmployer
	case list == "roles" && i < len(r.GetRoles()) && rest != "":
		return roleColumn(r.GetRoles()[i].GetRole(), rest)
	case list == "age_bands" && i < len(r.GetAgeBands()) && indexed:
		return ageColumn(r.GetAgeBands()[i].GetAgeBand())
	case list == "training" && i < len(r.GetTraining()) && indexed:
		return trainingColumn(r.GetTraining()[i].GetTraining())
	}
	return ""
}
