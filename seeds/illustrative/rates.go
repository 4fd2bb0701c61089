package illustrative

import (
	"fmt"
	"io/fs"
	"reflect"

	"github.com/caremarket/caremarket/seeds/internal/table"
)

// rates steer what a plan's totals leave open. Each is read from rates.csv under the
// name in its tag; what it means and which published figure it follows stands there.
type rates struct {
	HomesClosing       int `rate:"homes_closing"`
	HomesOpening       int `rate:"homes_opening"`
	HomesReregistering int `rate:"homes_reregistering"`
	HomesDormant       int `rate:"homes_dormant"`
	HomesInGroups      int `rate:"homes_in_groups"`
	OccupancyRise      int `rate:"occupancy_rise"`
	OccupancyNoise     int `rate:"occupancy_noise"`
	ReservedVacancies  int `rate:"reserved_vacancies"`
	AdmissionsStopped  int `rate:"admissions_stopped"`
	OlderSelfFunded    int `rate:"older_self_funded"`
	OlderNHS           int `rate:"older_nhs"`
	OlderElsewhere     int `rate:"older_another_council"`
	YoungerSelfFunded  int `rate:"working_age_self_funded"`
	YoungerNHS         int `rate:"working_age_nhs"`
	YoungerElsewhere   int `rate:"working_age_another_council"`
	PayersUnsaid       int `rate:"payers_not_returned"`
	StaffUnsaid        int `rate:"staff_not_returned"`

	BranchesClosing       int `rate:"branches_closing"`
	BranchesOpening       int `rate:"branches_opening"`
	BranchesReregistering int `rate:"branches_reregistering"`
	BranchesDormant       int `rate:"branches_dormant"`
	BranchesInGroups      int `rate:"branches_in_groups"`
	HoursRise             int `rate:"hours_rise"`
	HoursNoise            int `rate:"hours_noise"`
	SpareNoise            int `rate:"spare_noise"`
	HoursPerPerson        int `rate:"hours_per_ten_people"`
	HomeCareSelfFunded    int `rate:"home_care_self_funded"`
	HomeCareNHS           int `rate:"home_care_nhs"`
	HomeCareDirect        int `rate:"home_care_direct_payment"`
	HomeCareElsewhere     int `rate:"home_care_another_council"`
	PayersCombined        int `rate:"payers_combined"`
	HandedBack            int `rate:"packages_handed_back"`

	HomeFirstLow    int `rate:"home_first_low"`
	HomeFirstHigh   int `rate:"home_first_high"`
	HomeFirstOnward int `rate:"home_first_onward"`
	ReablementLow   int `rate:"reablement_low"`
	ReablementHigh  int `rate:"reablement_high"`
	AssessedInTime  int `rate:"assessed_within_48_hours"`
	PlacesPerCase   int `rate:"intermediate_places_per_ten_cases"`

	SchemesClosing   int `rate:"schemes_closing"`
	SchemesOpening   int `rate:"schemes_opening"`
	ExtraCareVoids   int `rate:"extra_care_voids"`
	OtherVoids       int `rate:"other_voids"`
	VoidsReserved    int `rate:"voids_reserved"`
	UnitsOutOfUse    int `rate:"units_out_of_use"`
	RentWaiting      int `rate:"rent_waiting"`
	OwnershipWaiting int `rate:"ownership_waiting"`
	HubShare         int `rate:"extra_care_hubs"`

	Vacancies    int `rate:"posts_vacant"`
	Turnover     int `rate:"staff_turnover"`
	SicknessDays int `rate:"sickness_days_per_ten_staff"`
	ZeroHours    int `rate:"zero_hours"`
	Temporary    int `rate:"temporary_staff"`
	Bank         int `rate:"bank_staff"`
	Agency       int `rate:"agency_staff"`
	FromAbroad   int `rate:"recruited_abroad"`
	PayPence     int `rate:"care_worker_pay_pence"`
	PayRisePence int `rate:"care_worker_pay_rise_pence"`
	DetailUnsaid int `rate:"workforce_detail_not_returned"`
}

// Rate is one row of rates.csv.
type Rate struct {
	Name  string
	Value int
	// Unit says what the value counts, such as "per mille".
	Unit string
	// RestsOn is the id of the published figure that it follows, or "own".
	RestsOn string
}

// Rates reads the rates with what each rests on, in the order of the file.
func Rates(files fs.FS) ([]Rate, error) {
	var faults table.Faults
	list := readRates(&faults, files)
	return list, faults.Err()
}

func readRates(faults *table.Faults, files fs.FS) []Rate {
	return table.Read(faults, files, "rates.csv", []string{"name", "value", "unit", "rests_on", "note"},
		func(row table.Row) Rate {
			return Rate{
				Name: row.Required("name"), Value: row.Count("value"),
				Unit: row.Required("unit"), RestsOn: row.Required("rests_on"),
			}
		})
}

// loadRates files every rate under its field. One that is missing, unknown or given
// twice is a fault.
func loadRates(faults *table.Faults, files fs.FS) rates {
	var r rates
	fields := map[string]reflect.Value{}
	value := reflect.ValueOf(&r).Elem()
	for i := range value.NumField() {
		fields[value.Type().Field(i).Tag.Get("rate")] = value.Field(i)
	}
	for _, rate := range readRates(faults, files) {
		field, known := fields[rate.Name]
		if !known {
			faults.Add(fmt.Errorf("rates.csv: %q is no rate that is asked for, or stands twice", rate.Name))
			continue
		}
		field.SetInt(int64(rate.Value))
		delete(fields, rate.Name)
	}
	for i := range value.NumField() {
		if name := value.Type().Field(i).Tag.Get("rate"); fields[name].IsValid() {
			faults.Add(fmt.Errorf("rates.csv: %q is missing", name))
		}
	}
	return r
}
