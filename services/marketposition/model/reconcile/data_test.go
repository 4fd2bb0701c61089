package reconcile_test

import (
	"encoding/csv"
	"errors"
	"io/fs"
	"os"
	"strconv"
	"testing"

	"github.com/caremarket/caremarket/services/marketposition/model/reconcile"
)

// published are the values of a file of published figures, by area, measure and date; it skips the test where
// the file is absent.
func published(t *testing.T, name string) map[string]float64 {
	t.Helper()
	file, err := os.Open("../../../../../shared/data/published/" + name)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("published data is absent: %s", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	values := make(map[string]float64)
	for _, row := range rows[1:] {
		if value, err := strconv.ParseFloat(row[4], 64); err == nil {
			values[row[3]+" | "+row[5]+" | "+row[6]] = value
		}
	}
	return values
}

// The numbers that these tests reconcile are those that were published.
func TestTheClaimsAreThePublishedFigures(t *testing.T) {
	values := published(t, "gloucestershire_published_figures.csv")
	claims := make(map[string]float64)
	for _, claim := range gloucestershire().Claims {
		claims[claim.ID] = claim.Value
	}
	for id, measure := range map[string]string{
		"community 2023":   "Older people receiving community-based services (incl. home care and extra care) | people | 2023",
		"community 2043":   "Older people receiving community-based services (projected) | people | 2043",
		"residential 2043": "Older people projected to need residential beds | people | 2043",
		"nursing 2043":     "Older people projected to need nursing beds | people | 2043",
		"bed growth":       "Projected growth in overall bed-based demand, older people | % | 2023-2043",
		"working age":      "Working-age adults in bed-based care placed by council | people | 2023",
		"designated":       "Designated beds used by GCC-funded people | beds | 2023",
		"out of county":    "GCC-funded people placed out of county | people | 2023",
		"older homes":      "LD/PD/MH people placed in older-people homes because 65+ | people | 2023",
		"council share":    "Share of all adult social care purchased by GCC | % | 2023",
		"chance at 75":     "Chance of being in council-brokered care at age 75 | % | 2019-2023",
		"chance at 85":     "Chance of being in council-brokered care at age 85 | % | 2019-2023",
		"75+ growth":       "Growth in people aged 75+ | % | 2018-2030",
	} {
		if value, known := values[measure]; !known || value != claims[id] {
			t.Errorf("%s: %v, published %v (found: %v)", id, claims[id], value, known)
		}
	}
}

// England's self-funders as published two times over (ONS 2019-20, 2022-23): consistent each time.
func TestSelfFundersAsPublished(t *testing.T) {
	values := published(t, "england_published_figures.csv")
	for _, period := range []string{"2019-2020", "1 Mar 2022 - 28 Feb 2023"} {
		in := reconcile.Input{
			Claims: []reconcile.Claim{
				claim("residents", values["Care home residents | people | "+period]),
				claim("self-funded", values["Self-funded residents | people | "+period]),
				percent("share", values["Self-funded share | % | "+period], 0.1),
				percent("share out by a point", values["Self-funded share | % | "+period]+1, 0.1),
			},
			Relations: []reconcile.Relation{
				reconcile.Share{Part: "self-funded", Whole: "residents", Claimed: "share"},
				reconcile.Share{Part: "self-funded", Whole: "residents", Claimed: "share out by a point"},
			},
		}
		found := run(t, in)
		if len(found) != 1 || found[0].Claims[2] != "share out by a point" {
			t.Errorf("%s: %+v", period, found)
		}
	}
}
