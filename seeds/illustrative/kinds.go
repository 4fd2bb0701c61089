package illustrative

import (
	"io/fs"
	"strings"

	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
	"github.com/caremarket/caremarket/seeds/internal/table"
)

// supplyKind is a kind of service outside CQC, with how many there are of it to every
// 100,000 people aged 75 and over and how many hours a week one gives.
type supplyKind struct {
	kind                homecarev1.SupplyKind
	word                string
	services            int
	hoursLow, hoursHigh int
}

func readSupplies(faults *table.Faults, files fs.FS) []supplyKind {
	columns := []string{"kind", "services_per_100000_aged_75_plus", "hours_low", "hours_high", "rests_on", "note"}
	return table.Read(faults, files, "supply.csv", columns, func(row table.Row) supplyKind {
		word := row.Required("kind")
		value, known := homecarev1.SupplyKind_value["SUPPLY_KIND_"+strings.ToUpper(word)]
		kind := homecarev1.SupplyKind(value)
		if !known || kind <= homecarev1.SupplyKind_SUPPLY_KIND_INTERMEDIATE_CARE {
			row.Fault("kind", "%q is no kind of supply outside CQC", word)
		}
		return supplyKind{
			kind: kind, word: word, services: row.Count("services_per_100000_aged_75_plus"),
			hoursLow: row.Count("hours_low"), hoursHigh: row.Count("hours_high"),
		}
	})
}

// employerKind is a service that employs without being a care home or a home care
// branch, with how many there are to every 100,000 people aged 75 and over.
type employerKind struct {
	service             workforcev1.ServiceType
	word                string
	employers           int
	staffLow, staffHigh int
}

func readEmployers(faults *table.Faults, files fs.FS) []employerKind {
	columns := []string{"service", "employers_per_100000_aged_75_plus", "staff_low", "staff_high", "rests_on", "note"}
	return table.Read(faults, files, "other_employers.csv", columns, func(row table.Row) employerKind {
		word := row.Required("service")
		value, known := workforcev1.ServiceType_value["SERVICE_TYPE_"+strings.ToUpper(word)]
		if !known || value == 0 {
			row.Fault("service", "%q is no kind of service", word)
		}
		return employerKind{
			service: workforcev1.ServiceType(value), word: word, employers: row.Count("employers_per_100000_aged_75_plus"),
			staffLow: row.Count("staff_low"), staffHigh: row.Count("staff_high"),
		}
	})
}
