package seeds_test

import (
	"encoding/csv"
	"io/fs"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/seeds"
)

func TestEveryAreaIsKnown(t *testing.T) {
	atlas := atlas(t)
	known := func(what string, areas ...geo.Code) {
		for _, area := range areas {
			if area != geo.England && len(atlas.DistrictsOf(area)) == 0 {
				t.Errorf("%s speaks of %s, which is no area of today", what, area)
			}
		}
	}
	for _, figure := range england(t).Published {
		known(figure.ID, figure.Area)
	}
	for _, place := range places(t) {
		for _, figure := range place.Published {
			known(figure.ID, figure.Area)
		}
		for _, intention := range place.Intentions {
			known(intention.ID, intention.Areas...)
		}
		for _, action := range place.Actions {
			known(action.ID, action.Areas...)
		}
		for _, engagement := range place.Engagement {
			known(engagement.ID, engagement.Areas...)
		}
		for _, plan := range place.Plans {
			known(plan.ID, plan.Areas...)
		}
	}
}

func everyFigure(t *testing.T) []seeds.PublishedFigure {
	all := england(t).Published
	for _, place := range places(t) {
		all = append(all, place.Published...)
	}
	return all
}

func TestFigureIDsAreOneAcrossFolders(t *testing.T) {
	seen := make(map[string]bool)
	for _, figure := range everyFigure(t) {
		if seen[figure.ID] {
			t.Errorf("%s stands in two folders", figure.ID)
		}
		seen[figure.ID] = true
	}
}

// TestEveryPublishedFigureIsCarried looks for each row of the research among the
// figures: the same area, value, period and page.
func TestEveryPublishedFigureIsCarried(t *testing.T) {
	type figure struct{ area, value, asAt, page string }
	carried := make(map[figure]int)
	for _, f := range everyFigure(t) {
		carried[figure{string(f.Area), f.Text, f.AsAt, f.PageURL}]++
	}
	rows := 0
	for _, name := range []string{"england", "gloucestershire", "leicestershire_leicester"} {
		data, err := fs.ReadFile(publishedData(t), "published/"+name+"_published_figures.csv")
		if err != nil {
			t.Fatal(err)
		}
		records, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(data), "\ufeff"))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range records[1:] {
			rows++
			wanted := figure{area: r[0], value: r[4], asAt: r[6], page: r[8]}
			if carried[wanted] == 0 {
				t.Errorf("%s: %+v was not carried over", name, wanted)
			}
			carried[wanted]--
		}
	}
	if rows != 71+50+30 {
		t.Errorf("the research has %d rows, want 151", rows)
	}
}

// TestClaims does each published sum again. What does not come out is what a
// statement has to tell its readers.
func TestClaims(t *testing.T) {
	place := places(t)["gloucestershire"]
	number := make(map[string]float64)
	for _, figure := range place.Published {
		number[figure.ID] = figure.Number
	}
	got := make(map[string][2]float64)
	for _, claim := range place.Claims {
		var inputs []float64
		for _, id := range claim.Inputs {
			inputs = append(inputs, number[id])
		}
		got[claim.ID] = [2]float64{number[claim.Claimed], doAgain(claim.Rule, inputs)}
	}
	want := map[string][2]float64{
		"glos-community-care-growth":        {59, 57.8},
		"glos-bed-demand-growth":            {97, 98.8},
		"glos-bed-demand-growth-other-page": {80, 98.8},
		"glos-working-age-places":           {530, 500},
		"glos-working-age-conditions":       {530, 530},
		"glos-council-bought-share":         {6, 56},
		"glos-in-care-75-to-85":             {4, 4.5},
		"glos-aged-75-plus-growth":          {49.1, 49.1},
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateApprox(0, 0.05)); diff != "" {
		t.Errorf("claimed, and done again: %s", diff)
	}
	for _, claim := range place.Claims {
		done := strconv.FormatFloat(math.Round(got[claim.ID][1]*10)/10, 'f', -1, 64)
		if !strings.HasPrefix(claim.Note, done) {
			t.Errorf("%s: its note says %q, it comes to %s", claim.ID, claim.Note, done)
		}
	}
}

// doAgain follows the rules as seeds/gloucestershire/README.md gives them.
func doAgain(rule string, in []float64) float64 {
	switch rule {
	case "growth":
		return 100 * (in[1]/in[0] - 1)
	case "times":
		return in[1] / in[0]
	case "same":
		return in[0]
	case "combined_growth":
		var then, now float64
		for i := 0; i < len(in); i += 2 {
			now += in[i]
			then += in[i] / (1 + in[i+1]/100)
		}
		return 100 * (now/then - 1)
	default:
		sum := 0.0
		for _, n := range in {
			sum += n
		}
		return sum
	}
}

// TestTenureNeed: the 2020 strategy found rent needed in Cheltenham, Cotswold,
// Stroud and Tewkesbury, ownership in all but Tewkesbury and Cheltenham.
func TestTenureNeed(t *testing.T) {
	needed := make(map[string][]geo.Code)
	rows := places(t)["gloucestershire"].TenureNeed
	for _, need := range rows {
		if need.Needed {
			needed[need.Tenure] = append(needed[need.Tenure], need.District)
		}
	}
	want := map[string][]geo.Code{
		"rent":      {"E07000078", "E07000079", "E07000082", "E07000083"},
		"ownership": {"E07000079", "E07000080", "E07000081", "E07000082"},
	}
	if diff := cmp.Diff(want, needed); diff != "" {
		t.Error(diff)
	}
	if len(rows) != 12 {
		t.Errorf("%d rows, want each of six districts by two tenures", len(rows))
	}
}

// TestTheDatedActions are those the documents date.
func TestTheDatedActions(t *testing.T) {
	dated := make(map[string]string)
	for _, place := range places(t) {
		for _, action := range place.Actions {
			if !action.DueBy.IsZero() {
				dated[action.ID] = action.Due + ": " + action.DueBy.String()
			}
		}
	}
	want := map[string]string{
		"glos-working-well":                    "autumn 2024: 2024-11-30",
		"glos-housing-with-care-strategy":      "December 2024: 2024-12-31",
		"glos-ageing-well":                     "February 2025: 2025-02-28",
		"glos-carers-strategy":                 "spring 2025: 2025-05-31",
		"glos-living-well":                     "summer 2025: 2025-08-31",
		"glos-provider-body":                   "2025-6: 2026-03-31",
		"leics-extra-care-contract":            "31 March 2025, or up to two years later: 2025-03-31",
		"leics-supported-living-reopen":        "after October 2024: 2024-10-31",
		"leicester-supported-housing-delivery": "by 2031: 2031-12-31",
		"llr-thirteen-pledges":                 "five years from July 2023: 2028-07-12",
	}
	if diff := cmp.Diff(want, dated); diff != "" {
		t.Error(diff)
	}
}

func TestPlans(t *testing.T) {
	got := make(map[string]string)
	for _, place := range places(t) {
		for _, plan := range place.Plans {
			got[plan.ID] = strings.TrimSpace(strconv.Itoa(plan.PartsCount) + " " + plan.PartsCalled)
		}
	}
	want := map[string]string{
		"glos-ics-strategy": "3 pillars", "glos-jfp": "17 legislative requirements", "glos-mps": "0",
		"leics-jhws": "4 life courses", "llr-5yp": "13 pledges", "leicester-extra-care-strategy": "3 phases",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, plan := range places(t)["llr"].Plans {
		if plan.ID == "leics-jhws" && plan.Parts[1] != "Staying healthy, safe and well" {
			t.Errorf("the second life course is %q", plan.Parts[1])
		}
	}
}

func TestEveryMarketHasAnIntention(t *testing.T) {
	spoken := make(map[string]bool)
	for _, intention := range places(t)["gloucestershire"].Intentions {
		spoken[intention.Market] = true
	}
	for _, market := range seeds.Markets() {
		if !spoken[market] {
			t.Errorf("Gloucestershire has no intention for %s", market)
		}
	}
}

func TestLoadGloucestershireNamesEveryFault(t *testing.T) {
	files := copied(t)
	folder := "gloucestershire/"
	replace(t, files, folder+"actions.csv", "2024-11-30", "30/11/2024")
	replace(t, files, folder+"actions.csv", "under_way", "underway")
	replace(t, files, folder+"intentions.csv", ",workforce,", ",staff,")
	replace(t, files, folder+"published_figures.csv", "679,beds", "many,beds")
	replace(t, files, folder+"published_figures.csv", "1075,beds", "1075,rooms")
	replace(t, files, folder+"claims.csv", "gloucestershire-community-care-people-2023 ", "")
	replace(t, files, folder+"claims.csv", "gloucestershire-in-care-at-75-2019-2023", "gloucestershire-council-rating-31-january-2025")
	replace(t, files, folder+"plans.csv", "pillars,3", "pillars,4")
	replace(t, files, folder+"tenure_need.csv", "rent,yes", "rent,maybe")
	replace(t, files, folder+"engagement.csv", "glos-providers-2018", "glos-older-people-2018")
	_, err := seeds.LoadGloucestershire(files)
	expectFaults(t, err,
		`gloucestershire/actions.csv, row 2, column due_by: "30/11/2024" is not a date`,
		`column status: "underway" is none of announced, under_way, done, dropped`,
		`column market: "staff" is none of care_homes`,
		`column value: "many" is not a number`,
		`column unit: "rooms" is none of people`,
		"gloucestershire/claims.csv, row 2, column inputs: a claim by growth does not have 1 inputs",
		`"gloucestershire-council-rating-31-january-2025" is not a number in published_figures.csv`,
		"column parts: it names 3 parts of 4",
		`column needed: "maybe" is none of yes, no`,
		`gloucestershire/engagement.csv, row 3, column id: "glos-older-people-2018" stands in an earlier row too`,
	)
}
