package e2e_test

import (
	"encoding/csv"
	"fmt"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/caremarket/caremarket/e2e/suite"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// The providers of docs/models/provider-failure.md, on its day.
const (
	failedInStroud     = "providers/1-930700008200007"
	failedInTewkesbury = "providers/1-930700008300522"
	failedAtHome       = "providers/1-940700008200009"
	failureDay         = "2026-10-31"
)

// planOf asks for a plan; fields are more of the request's body, such as `,"maxMiles":20`.
func planOf(t *testing.T, s *suite.Suite, provider, fields string) *marketpositionv1.FailurePlan {
	t.Helper()
	a, err := s.Ask(t.Context(), http.MethodPost, "/v1/"+provider+":planFailure", `{"asAt":"`+failureDay+`"`+fields+`}`)
	plan := &marketpositionv1.FailurePlan{}
	if err == nil {
		err = a.Into(plan)
	}
	if err != nil {
		t.Fatalf("plan of %s: %v", provider, err)
	}
	checkFigures(t, plan, plan.GetSources())
	return plan
}

// documentedMoves are the rows of the worked example, as home: people at miles.
func documentedMoves(t *testing.T) (moves map[string]string, people int, miles float64) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(suite.Root(t), "docs", "models", "provider-failure.md"))
	if err != nil {
		t.Fatal(err)
	}
	moves = map[string]string{}
	row := regexp.MustCompile(`(?m)^\| (Illustrative Home [^|]+) \| (\d+) \| ([\d.]+) \| ([\d.]+) \|$`)
	for _, cells := range row.FindAllStringSubmatch(string(text), -1) {
		n, _ := strconv.Atoi(cells[2])
		each, _ := strconv.ParseFloat(cells[3], 64)
		product, _ := strconv.ParseFloat(cells[4], 64)
		if math.Abs(float64(n)*each-product) > 1e-9 {
			t.Errorf("the page has %d x %v = %v", n, each, product)
		}
		moves[cells[1]] = fmt.Sprintf("%d at %v", n, each)
		people, miles = people+n, miles+product
	}
	if !strings.Contains(string(text), fmt.Sprintf("| together | %d | | %.3f |", people, miles)) {
		t.Errorf("the page's moves come to %d people and %.3f miles, which is not what it says", people, miles)
	}
	return moves, people, math.Round(1000*miles) / 1000
}

// The worked example is what the seeded county answers.
func plansFailure(t *testing.T, s *suite.Suite) {
	documented, people, miles := documentedMoves(t)
	plan := planOf(t, s, failedInStroud, "")
	expect(t, "people", plan.GetTotal().GetPeople(), float64(people))
	expect(t, "without a place", plan.GetTotal().GetWithoutPlace(), 0)
	expect(t, "miles", plan.GetTotal().GetTotalMiles(), miles)
	got := map[string]string{}
	for _, move := range plan.GetMarkets()[0].GetMoves() {
		got[move.GetToTitle()] = fmt.Sprintf("%d at %v", move.GetPeople(), move.GetMiles())
	}
	if diff := cmp.Diff(documented, got); diff != "" {
		t.Errorf("moves (-documented +planned)\n%s", diff)
	}
	if !plan.GetIllustrative() || !plan.GetComplete() || len(plan.GetAssumptions()) < 3 || len(plan.GetRevisions()) != 4 {
		t.Errorf("illustrative %t, complete %t, %d assumptions, revisions %v", plan.GetIllustrative(), plan.GetComplete(), len(plan.GetAssumptions()), plan.GetRevisions())
	}
	lower := planOf(t, s, failedInStroud, `,"ratingFloor":"STANDING_RATING_REQUIRES_IMPROVEMENT"`)
	expect(t, "miles with a lower floor", lower.GetTotal().GetTotalMiles(), 59.537)
	again := planOf(t, s, failedInStroud, `,"knownAt":"`+plan.GetKnownAt().AsTime().Format("2006-01-02T15:04:05.999999Z")+`"`)
	if protojson.Format(again) != protojson.Format(plan) {
		t.Error("asked again as known then, the plan is another")
	}
	tewkesbury := planOf(t, s, failedInTewkesbury, "")
	expect(t, "placed near Tewkesbury", tewkesbury.GetTotal().GetPlaced(), 5)
	expect(t, "without a place near Tewkesbury", tewkesbury.GetTotal().GetWithoutPlace(), 11)
	expect(t, "miles near Tewkesbury", tewkesbury.GetTotal().GetTotalMiles(), 29.028)
	expect(t, "placed within 20 miles", planOf(t, s, failedInTewkesbury, `,"maxMiles":20`).GetTotal().GetPlaced(), 14)
	home := planOf(t, s, failedAtHome, "")
	expect(t, "taken over at home", home.GetTotal().GetPlaced(), 11)
	if home.GetTotal().GetTotalMiles().GetNotCollected() == nil {
		t.Errorf("miles of home care are %v", home.GetTotal().GetTotalMiles())
	}
}

func listsMoves(t *testing.T, s *suite.Suite) {
	a := s.Get(t, "/v1/"+failedInStroud+"/failureMoves?asAt="+failureDay+"&format=csv")
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(a.Body), "\uFEFF"))).ReadAll()
	if err != nil || len(rows) != 6 {
		t.Fatalf("%d rows, %v: %s", len(rows), err, a.Body)
	}
	if got := strings.Join(rows[0], " "); got != "market from from_title to to_title area needed given people miles" {
		t.Errorf("the columns are %s", got)
	}
}

func ranksFailures(t *testing.T, s *suite.Suite) {
	ranking := suite.Read(t, s, "/v1/authorities/"+gloucestershire+":rankProviderFailures?asAt="+failureDay, &marketpositionv1.FailureRanking{})
	checkFigures(t, ranking, ranking.GetSources())
	first := ranking.GetHarms()[0]
	if first.GetTitle() != "Illustrative Intermediate Care, Gloucestershire" {
		t.Errorf("the worst failure is that of %s", first.GetTitle())
	}
	expect(t, "people without a place", first.GetTotal().GetWithoutPlace(), 514)
	last := math.Inf(1)
	for i, harm := range ranking.GetHarms() {
		without := harm.GetTotal().GetWithoutPlace().GetValue()
		if int(harm.GetRank()) != i+1 || without > last {
			t.Errorf("%s has rank %d with %v without a place, after %v", harm.GetProvider(), harm.GetRank(), without, last)
		}
		last = without
	}
	known := map[string]bool{}
	for token := ""; ; {
		page := suite.Read(t, s, "/v1/authorities/"+gloucestershire+"/providers?pageSize=100&asAt="+failureDay+"&pageToken="+token, &marketpositionv1.ListProvidersResponse{})
		for _, p := range page.GetProviders() {
			known[p.GetName()] = true
		}
		if token = page.GetNextPageToken(); token == "" {
			break
		}
	}
	if len(known) != len(ranking.GetHarms()) || !known[first.GetProvider()] {
		t.Errorf("%d providers are listed and %d ranked", len(known), len(ranking.GetHarms()))
	}
	// A row of the ranking is the plan that is asked for with the authority.
	third := ranking.GetHarms()[2]
	plan := planOf(t, s, third.GetProvider(), `,"authority":"authorities/`+gloucestershire+`"`)
	expect(t, "people of "+third.GetTitle(), plan.GetTotal().GetPeople(), third.GetTotal().GetPeople().GetValue())
	expect(t, "without a place of "+third.GetTitle(), plan.GetTotal().GetWithoutPlace(), third.GetTotal().GetWithoutPlace().GetValue())
	expect(t, "miles of "+third.GetTitle(), plan.GetTotal().GetTotalMiles(), third.GetTotal().GetTotalMiles().GetValue())
}

// A home next door whose empty beds are all promised takes nobody; once it accepts, it does.
func neverPlacesInReserved(t *testing.T, s *suite.Suite) {
	home := newHome(t, s, stroud, 10)
	standing := func() *commonv1.Standing {
		for _, one := range suite.Read(t, s, "/v1/careHomes:standings?authority=authorities/"+gloucestershire, &carehomesv1.ListStandingsResponse{}).GetStandings() {
			if one.GetName() == home.GetName() {
				return one
			}
		}
		return nil
	}
	submit(t, s, home, bed(10, 6, 4, 0))
	if kinds := standing().GetKinds(); len(kinds) != 1 || kinds[0].GetPeople() != 6 || kinds[0].GetAdmittable() != 0 {
		t.Errorf("a home with four reserved beds stands as %v", kinds)
	}
	submit(t, s, home, bed(10, 6, 3, 1))
	if kinds := standing().GetKinds(); len(kinds) != 1 || kinds[0].GetAdmittable() != 1 {
		t.Errorf("a home that accepts one stands as %v", kinds)
	}
}
