package homeoptions_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/errs"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
	"github.com/caremarket/caremarket/services/marketposition/homeoptions"
	"github.com/caremarket/caremarket/services/marketposition/internal/answered"
	"github.com/caremarket/caremarket/services/marketposition/internal/fixture"
	"github.com/caremarket/caremarket/services/marketposition/statement"
)

func appraiseOf(t testing.TB, in statement.Inputs, req *request) *marketpositionv1.CareHomeAppraisal {
	t.Helper()
	plan, err := homeoptions.Prepare(in, req, nil, &errs.Collector{})
	if err != nil {
		t.Fatal(err)
	}
	a, err := plan.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// refused is what is wrong with a request, by field.
func refused(t testing.TB, in statement.Inputs, req *request) map[string]string {
	t.Helper()
	_, err := homeoptions.Prepare(in, req, nil, &errs.Collector{})
	faults := map[string]string{}
	for _, v := range errs.Violations(err) {
		faults[v.Field] = v.Description
	}
	return faults
}

// A workforce market that is away limits no home, and the answer says so.
func TestStaffThatAreNotKnownSetNoLimit(t *testing.T) {
	in := answered.Of(t)
	in.Answers.Workforce = statement.Answer[*workforcev1.WorkforceCapacity]{State: statement.Unavailable("it is away")}
	a := appraiseOf(t, in, certain())
	c := a.GetCandidates()[0]
	if got := fixture.Value(t, c.GetStaffedBeds()); got != 60 {
		t.Errorf("%v of 60 beds can be staffed", got)
	}
	for _, f := range []*commonv1.Figure{c.GetVacantPosts(), c.GetPostsPerVacancy()} {
		if f.GetNotEnoughData().GetWhy() == "" {
			t.Errorf("staff that are not known: %v", f)
		}
	}
	if notes := a.GetDataNotes(); notes[len(notes)-1].GetCode() != "STAFF_UNKNOWN" {
		t.Errorf("%v", notes)
	}
}

func TestWhereNoPostIsVacant(t *testing.T) {
	in := answered.Of(t)
	for _, staff := range in.Answers.Workforce.Each {
		for _, s := range staff.GetServices() {
			s.GetUse().Vacancies = fixture.BasisOf(fixture.Provided, 1, 1).Count(0, commonv1.Unit_UNIT_POSTS)
		}
	}
	c := appraiseOf(t, in, certain()).GetCandidates()[0]
	if got := fixture.Value(t, c.GetVacantPosts()); got != 0 {
		t.Errorf("%v posts are vacant", got)
	}
	if why := c.GetPostsPerVacancy().GetNotEnoughData().GetWhy(); why != "no post is vacant" {
		t.Errorf("posts for each vacancy: %v", c.GetPostsPerVacancy())
	}
}

func TestWhatIsNotAssumedIsAFault(t *testing.T) {
	for _, id := range []string{"worth-of-need-met", "new-home-council-run-occupancy", "new-home-recruitable-share-of-starters"} {
		in := answered.Of(t)
		in.Known.Assumptions = slices.DeleteFunc(in.Known.Assumptions, func(a *marketpositionv1.Assumption) bool {
			return a.GetName() == "assumptions/"+id
		})
		want := map[string]string{"name": "nothing is assumed here of assumptions/" + id}
		if diff := cmp.Diff(want, refused(t, in, &request{})); diff != "" {
			t.Error(diff)
		}
	}
}

// What the model would refuse is refused before anything is run.
func TestCostsThatCannotBeAreRefusedBeforeTheRun(t *testing.T) {
	req := certain()
	req.Overrides[2] = exactly("new-home-council-run-capital-charge", 2)
	if got := refused(t, answered.Of(t), req); len(got) != 1 || got["overrides[2].central"] == "" {
		t.Errorf("%v", got)
	}
}

// Of several districts that cannot be reckoned with, the reason given is that of the one asked for.
func TestDistrictsThatCannotBeReckonedWithSayWhy(t *testing.T) {
	in := answered.Of(t)
	b := fixture.BasisOf(fixture.Provided, 1, 1)
	in.Answers.HomeCare.Each[1].People = b.NotCollected("nobody in Cotswold says", commonv1.Unit_UNIT_PEOPLE)
	in.Answers.HomeCare.Each[4].People = b.Hidden(commonv1.HiddenReason_HIDDEN_REASON_SMALL_NUMBER, commonv1.Unit_UNIT_PEOPLE)
	for district, want := range map[string]string{"E07000079": "Cotswold: nobody in Cotswold says", "E07000082": "Stroud: figures of it are hidden"} {
		got := refused(t, in, &request{Districts: []string{"districts/" + district}})
		if !strings.HasSuffix(got["districts"], "with: "+want) {
			t.Errorf("%s: %v, want it to say %q", district, got, want)
		}
	}
	a := appraiseOf(t, in, &request{Draws: 5})
	if len(a.GetLeftOut()) != 2 || len(a.GetCandidates()) != 3*4 {
		t.Errorf("%d left out, %d candidates", len(a.GetLeftOut()), len(a.GetCandidates()))
	}
}

// Whom a home takes in, nobody else has to: people placed more are people fewer without a place.
func TestEveryResidentComesFromSomewhere(t *testing.T) {
	for _, c := range appraise(t, &request{Draws: 5}).GetCandidates() {
		placed := 0.0
		for _, more := range c.GetPlacedMore() {
			placed += fixture.Value(t, more.GetPeople())
		}
		if fewer := fixture.Value(t, c.GetFewerUnmet()); math.Abs(placed-fewer) > 0.01 {
			t.Errorf("%s in %s: %v placed more, %v fewer without a place", c.GetOption(), c.GetDistrictTitle(), placed, fewer)
		}
	}
}

// In whatever order districts, ways and sizes are asked for, each has the same rank.
func TestTheOrderOfAskingDecidesNothing(t *testing.T) {
	in := answered.Of(t)
	all := &request{
		Options:   []string{"council-run", "commissioned-provider", "partnership"},
		Districts: []string{"districts/E07000078", "districts/E07000081", "districts/E07000082"},
		Sizes:     []*marketpositionv1.HomeSize{{Beds: 40, NursingShare: 0.25}, {Beds: 64, NursingShare: 1}}, Draws: 40,
	}
	ranked := func(req *request) []string {
		var out []string
		for _, c := range appraiseOf(t, in, req).GetCandidates() {
			out = append(out, fmt.Sprint(c.GetOption(), c.GetDistrict(), c.GetBeds(), c.GetRegret().GetValue(), c.GetNetBenefit().GetRange()))
		}
		return out
	}
	want := ranked(all)
	rapid.Check(t, func(r *rapid.T) {
		mixed := &request{
			Options: rapid.Permutation(all.GetOptions()).Draw(r, "options"), Districts: rapid.Permutation(all.GetDistricts()).Draw(r, "districts"),
			Sizes: rapid.Permutation(all.GetSizes()).Draw(r, "sizes"), Draws: 40,
		}
		if diff := cmp.Diff(want, ranked(mixed)); diff != "" {
			r.Fatalf("%v\n%s", mixed, diff)
		}
	})
}

func TestFirmness(t *testing.T) {
	alone := certain()
	dominated := certain()
	dominated.Sizes = append(dominated.Sizes, &marketpositionv1.HomeSize{Beds: 20, NursingShare: 0.5})
	for name, test := range map[string]struct {
		req  *request
		want []string
	}{
		"one": {alone, []string{"council run in Stroud with 60 beds, is best in 100% of the draws", "It is the only candidate."}},
		"two": {dominated, []string{"for the second, council run in Stroud with ", "So the first place is more likely right than not."}},
		"all": {&request{Draws: 50}, []string{"more than anything known, decides the first place."}},
	} {
		got := appraise(t, test.req).GetFirmness()
		for _, want := range test.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %q does not say %q", name, got, want)
			}
		}
	}
}

// The meaning of a range is in whole words whatever share of the draws is asked for.
func TestTheShareOfDrawsReadsWell(t *testing.T) {
	req := certain()
	req.Within = 0.55
	if got := appraise(t, req).GetCandidates()[0].GetStaffedBeds().GetRange().GetMeaning(); got != "55% of 20 draws" {
		t.Errorf("%q", got)
	}
}
