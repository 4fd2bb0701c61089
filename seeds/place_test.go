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
	positionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
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
	number := make(map[string]float64)
	for _, figure := range everyFigure(t) {
		number[figure.ID] = figure.Number
	}
	got := make(map[string][2]float64)
	for _, claim := range everyClaim(t) {
		if claim.Rule == positionv1.ClaimRule_CLAIM_RULE_DATA {
			continue
		}
		again := doAgain(claim, number)
		got[claim.ID] = [2]float64{number[claim.Claimed], again}
		if done := strconv.FormatFloat(math.Round(again*10)/10, 'f', -1, 64); !strings.HasPrefix(claim.Note, done) {
			t.Errorf("%s: its note says %q, it comes to %s", claim.ID, claim.Note, done)
		}
	}
	want := map[string][2]float64{
		"glos-community-care-growth":        {59, 57.8},
		"glos-bed-demand-growth":            {97, 98.8},
		"glos-bed-demand-growth-other-page": {80, 98.8},
		"glos-bed-demand-growth-two-pages":  {97, 80},
		"glos-working-age-places":           {530, 500},
		"glos-working-age-conditions":       {530, 530},
		"glos-council-bought-share":         {56, 6},
		"glos-in-care-75-to-85":             {4, 4.5},
		"glos-aged-75-plus-growth":          {49.1, 49.1},
		"glos-beds-opened-and-closed":       {5000, 5004},
		"glos-beds-used-and-vacant":         {5000, 5005},
		"glos-population-mid-2018":          {633558, 633558},
		"leics-homes-june-2024":             {159, 159},
		"leics-spare-share-low":             {12, 11.5},
		"leics-spare-share-high":            {12, 12.5},
		"england-residents-2019-20":         {391927, 391927},
		"england-occupancy-2019-20":         {84.7, 84.7},
		"england-self-funded-share-2019-20": {36.7, 36.7},
		"england-self-funded-share-2022-23": {37, 37},
		"england-posts-2023-24":             {1840000, 1836000},
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateApprox(0, 0.05)); diff != "" {
		t.Errorf("claimed, and done again: %s", diff)
	}
}

func everyClaim(t *testing.T) []seeds.Claim {
	all := england(t).Claims
	for _, place := range places(t) {
		all = append(all, place.Claims...)
	}
	return all
}

// doAgain follows the rules as seeds/england/README.md gives them.
func doAgain(claim seeds.Claim, number map[string]float64) float64 {
	var in []float64
	for _, id := range claim.Inputs {
		in = append(in, number[id])
	}
	switch claim.Rule {
	case positionv1.ClaimRule_CLAIM_RULE_GROWTH:
		return 100 * (in[1]/in[0] - 1)
	case positionv1.ClaimRule_CLAIM_RULE_SHARE:
		return 100 * in[0] / in[1]
	case positionv1.ClaimRule_CLAIM_RULE_TIMES:
		return in[1] / in[0]
	case positionv1.ClaimRule_CLAIM_RULE_SAME:
		return in[0]
	case positionv1.ClaimRule_CLAIM_RULE_COMBINED_GROWTH:
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
		for _, id := range claim.TakenOff {
			sum -= number[id]
		}
		return sum
	}
}

// TestClaimsAgainstData: what is held against the suite's data says what and when.
func TestClaimsAgainstData(t *testing.T) {
	n := 0
	for _, claim := range everyClaim(t) {
		ofData := claim.Rule == positionv1.ClaimRule_CLAIM_RULE_DATA
		if ofData != (claim.Measure != 0) || ofData != !claim.On.IsZero() || ofData == (len(claim.Inputs) > 0) {
			t.Errorf("%s: %v of %v on %q with %d inputs", claim.ID, claim.Rule, claim.Measure, claim.On, len(claim.Inputs))
		}
		if ofData {
			n++
		}
	}
	if n != 4+6+1+4 {
		t.Errorf("%d claims are held against data, want Gloucestershire's 10, Leicestershire's 1 and Leicester's 4", n)
	}
}

// TestRounding: a percentage is rounded as it is printed, a count is exact unless
// readings.csv says otherwise.
func TestRounding(t *testing.T) {
	rounding := make(map[string]float64)
	for _, figure := range everyFigure(t) {
		rounding[figure.ID] = figure.Rounding
	}
	for id, want := range map[string]float64{
		"gloucestershire-community-care-growth-2023-2043": 1,
		"gloucestershire-in-care-at-75-2019-2023":         0.1,
		"england-self-funded-share-2022-23":               0.1,
		"gloucestershire-in-care-75-to-85-2019-2023":      1,
		"gloucestershire-community-care-people-2023":      0,
		"gloucestershire-aged-75-plus-2018":               100,
		"gloucestershire-spare-hours-2023":                1000,
		"gloucestershire-council-rating-31-january-2025":  0,
	} {
		if got := rounding[id]; math.Abs(got-want) > 1e-12 {
			t.Errorf("%s is rounded to %v, want %v", id, got, want)
		}
	}
}

// TestEveryQualifierHasAMeaning: a word that nobody has explained cannot be checked.
func TestEveryQualifierHasAMeaning(t *testing.T) {
	meant := make(map[string]bool)
	for _, meaning := range england(t).Meanings {
		meant[meaning.GetQualifier()] = true
	}
	for _, figure := range everyFigure(t) {
		if figure.Qualifier != "" && !meant[strings.ToLower(figure.Qualifier)] {
			t.Errorf("%s: what does %q allow?", figure.ID, figure.Qualifier)
		}
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
	replace(t, files, folder+"claims.csv", ",times,", ",ratio,")
	replace(t, files, folder+"claims.csv", "older_people_vacant", "older_people_empty")
	replace(t, files, folder+"claims.csv", "caremarket-claims,530", "hearsay,530")
	replace(t, files, folder+"readings.csv", "aged-65-plus-2018,100", "aged-65-plus-2018,0")
	replace(t, files, folder+"readings.csv", "gloucestershire-spare-hours-2023", "gloucestershire-spare-hours-2024")
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
		`gloucestershire/claims.csv, row 9, column rule: "ratio" is not a word of claim_rule`,
		`column measure: "older_people_empty" is not a word of data_measure`,
		`gloucestershire/claims.csv, row 7, column source: "hearsay" is not in sources.csv`,
		"gloucestershire/readings.csv, row 2, column rounding: 0 is not a step to round to",
		`gloucestershire/readings.csv, row 8, column figure: "gloucestershire-spare-hours-2024" is not a number`,
		`"gloucestershire-council-rating-31-january-2025" is not a number in published_figures.csv`,
		"column parts: it names 3 parts of 4",
		`column needed: "maybe" is none of yes, no`,
		`gloucestershire/engagement.csv, row 3, column id: "glos-older-people-2018" stands in an earlier row too`,
	)
}
