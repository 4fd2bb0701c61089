package seeds

import (
	"io/fs"

	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/period"
	"github.com/caremarket/caremarket/seeds/internal/table"
)

// FundedResidents are the permanent residents of care homes that a council of
// 2014 paid for, beside all its people of the same ages in that year.
type FundedResidents struct {
	// Council is the code of 2014, or two where they were published as one.
	Council []geo.Code
	Name    string
	// Districts are the present districts on the council's ground. One that came of
	// several councils stands under each of them: add their counts before dividing.
	Districts []geo.Code
	ByAge     []FundedAges
}

// FundedAges are the residents and the people of some ages, in numbers of people.
type FundedAges struct {
	Ages
	Nursing, Residential, People int
}

// CareHomeBeds are a council's care homes for older people in 2014.
type CareHomeBeds struct {
	Council   []geo.Code
	Name      string
	Districts []geo.Code
	// Published is false where there is no count, and the counts then mean nothing.
	Published   bool
	Homes, Beds int
}

// Turnover is the share of an area's care staff who left within a year.
type Turnover struct {
	// Area is a council, a region or England; two councils where they were published
	// as one; a former council in the years it was one.
	Area []geo.Code
	Year period.FinancialYear
	// State is given, not_available or suppressed: only given has a Percent.
	State    string
	Percent  float64
	SourceID string
}

// HousingRatio is how many units of a kind of housing go with every 1,000 people
// aged 75 and over.
type HousingRatio struct {
	// Setting is extra_care, sheltered or enhanced_sheltered.
	Setting string
	// Tenure is rent, ownership, or any where the ratio is for all tenures.
	Tenure               string
	UnitsPer1000Aged75Up float64
	SourceID             string
	Note                 string
}

func readFundedResidents(faults *table.Faults, fsys fs.FS) []FundedResidents {
	columns := []string{
		"council", "name", "districts",
		"nursing_65_74", "nursing_75_84", "nursing_85_plus",
		"residential_65_74", "residential_75_84", "residential_85_plus",
		"people_65_74", "people_75_84", "people_85_plus",
	}
	return table.Read(faults, fsys, "england/funded_residents_2014.csv", columns, func(row table.Row) FundedResidents {
		funded := func(ages Ages, column string) FundedAges {
			return FundedAges{
				Ages: ages, Nursing: row.Count("nursing_" + column),
				Residential: row.Count("residential_" + column), People: row.Count("people_" + column),
			}
		}
		return FundedResidents{
			Council: row.Codes("council"), Name: row.Required("name"), Districts: row.Codes("districts"),
			ByAge: []FundedAges{funded(Ages{65, 74}, "65_74"), funded(Ages{75, 84}, "75_84"), funded(Ages{85, 0}, "85_plus")},
		}
	})
}

func readCareHomeBeds(faults *table.Faults, fsys fs.FS) []CareHomeBeds {
	columns := []string{"council", "name", "districts", "homes", "beds"}
	return table.Read(faults, fsys, "england/care_home_beds_2014.csv", columns, func(row table.Row) CareHomeBeds {
		council := CareHomeBeds{Council: row.Codes("council"), Name: row.Required("name"), Districts: row.Codes("districts")}
		if row.Text("homes") != "" || row.Text("beds") != "" {
			council.Published, council.Homes, council.Beds = true, row.Count("homes"), row.Count("beds")
		}
		return council
	})
}

func readTurnover(faults *table.Faults, fsys fs.FS, sources sources) []Turnover {
	const given = "given"
	columns := []string{"area", "year", "percent", "state", "source"}
	return table.Read(faults, fsys, "england/workforce_turnover.csv", columns, func(row table.Row) Turnover {
		turnover := Turnover{
			Area: row.Codes("area"), Year: row.FinancialYear("year"),
			State: row.OneOf("state", given, "not_available", "suppressed"), SourceID: sources.of(row),
		}
		switch {
		case turnover.State == given:
			turnover.Percent = row.Number("percent")
		case row.Text("percent") != "":
			row.Fault("percent", "there is one, and the state says %s", turnover.State)
		}
		return turnover
	})
}

func readHousingRatios(faults *table.Faults, fsys fs.FS, sources sources) []HousingRatio {
	columns := []string{"setting", "tenure", "per_1000_aged_75_plus", "source", "note"}
	return table.Read(faults, fsys, "england/housing_ratios.csv", columns, func(row table.Row) HousingRatio {
		return HousingRatio{
			Setting:              row.OneOf("setting", "extra_care", "sheltered", "enhanced_sheltered"),
			Tenure:               row.OneOf("tenure", "rent", "ownership", "any"),
			UnitsPer1000Aged75Up: row.Number("per_1000_aged_75_plus"),
			SourceID:             sources.of(row),
			Note:                 row.Text("note"),
		}
	})
}
