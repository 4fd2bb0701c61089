package contingency_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/geo"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/contingency"
	"github.com/caremarket/caremarket/services/marketposition/statement"
)

func assumption(id, area string, central float64) *marketpositionv1.Assumption {
	return &marketpositionv1.Assumption{
		Name: "assumptions/" + id, Areas: []string{area}, Title: id, Low: 0, Central: central, High: 100, Unit: "u",
		SourceIds: []string{"caremarket-judgement"}, Derivation: "a judgement",
	}
}

func assumptions() []*marketpositionv1.Assumption {
	england := string(geo.England)
	return []*marketpositionv1.Assumption{
		assumption("failure-max-miles", england, 10), assumption("failure-max-miles", "E10000013", 20),
		assumption("failure-rating-floor", england, 3), assumption("failure-accept-unrated", england, 0),
		assumption("failure-substitute-general-nursing-for-general-residential", england, 1),
		assumption("failure-substitute-dementia-nursing-for-general-nursing", england, 0),
	}
}

var gloucestershire = statement.Area{Name: county, Authority: geo.Authority{Code: "E10000013", Region: "E12000009"}}

func TestRulesAreAssumedWhereNotGiven(t *testing.T) {
	requiresImprovement := commonv1.StandingRating_STANDING_RATING_REQUIRES_IMPROVEMENT
	pair := func(needed, given string) []*marketpositionv1.Substitute {
		return []*marketpositionv1.Substitute{{Needed: needed, Given: given}}
	}
	for name, test := range map[string]struct {
		area       statement.Area
		given      contingency.Given
		want       *marketpositionv1.FailureRules
		overridden string
	}{
		"all of England's": {statement.Area{}, contingency.Given{}, &marketpositionv1.FailureRules{
			MaxMiles: 10, RatingFloor: good, Substitutes: pair(general, nursing),
		}, ""},
		"a county's own": {gloucestershire, contingency.Given{}, &marketpositionv1.FailureRules{
			MaxMiles: 20, RatingFloor: good, Substitutes: pair(general, nursing),
		}, ""},
		"given": {
			gloucestershire,
			contingency.Given{MaxMiles: new(0.0), RatingFloor: requiresImprovement, AcceptUnrated: new(true), Substitutes: pair(nursing, "DEMENTIA_NURSING")},
			&marketpositionv1.FailureRules{RatingFloor: requiresImprovement, AcceptUnrated: true, Substitutes: pair(nursing, "DEMENTIA_NURSING")},
			"failure-accept-unrated=1 failure-max-miles=0 failure-rating-floor=2",
		},
	} {
		rules, err := contingency.NewRules(test.area, assumptions(), test.given)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(test.want, rules.Applied, protocmp.Transform()); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
		var overridden []string
		for _, a := range rules.Assumptions {
			if a.GetOverridden() {
				overridden = append(overridden, strings.TrimPrefix(a.GetName(), "assumptions/")+"="+string(rune('0'+int(a.GetCentral()))))
			}
		}
		if got := strings.Join(overridden, " "); got != test.overridden {
			t.Errorf("%s: overridden are %s", name, got)
		}
	}
}

func TestRulesThatCannotBe(t *testing.T) {
	_, err := contingency.NewRules(statement.Area{}, assumptions()[:1], contingency.Given{AcceptUnrated: new(false)})
	if errs.Code(err) != codes.FailedPrecondition || !strings.Contains(err.Error(), "failure-rating-floor") || strings.Contains(err.Error(), "failure-accept-unrated") {
		t.Errorf("without an assumption there is %v", err)
	}
}

func TestSubstitutesAreOfTwoKindsOfAMarket(t *testing.T) {
	for name, test := range map[string]struct {
		needed, given string
		want          []string
	}{
		"beds":                   {general, nursing, nil},
		"care at home":           {"HOME_CARE", "PERSONAL_ASSISTANT", nil},
		"places of home care":    {"INTERMEDIATE_CARE_PLACES", "HOME_CARE", nil},
		"housing":                {"EXTRA_CARE_AFFORDABLE_RENT", "SHELTERED_OUTRIGHT_SALE", nil},
		"a kind for itself":      {general, general, []string{"substitutes[0]"}},
		"of two markets":         {general, "HOME_CARE", []string{"substitutes[0]"}},
		"neither is a kind":      {"GENERAL_RESIDENTAIL", "unspecified", []string{"substitutes[0].needed", "substitutes[0].given"}},
		"neither is given":       {"", "", []string{"substitutes[0].needed", "substitutes[0].given"}},
		"a scheme but no tenure": {"EXTRA_CARE_AFFORDABLE_RENT", "EXTRA_CARE", []string{"substitutes[0].given"}},
	} {
		_, err := contingency.NewRules(statement.Area{}, assumptions(), contingency.Given{
			Substitutes: []*marketpositionv1.Substitute{{Needed: test.needed, Given: test.given}},
		})
		var fields []string
		for _, v := range errs.Violations(err) {
			fields = append(fields, v.Field)
		}
		if diff := cmp.Diff(test.want, fields); diff != "" {
			t.Errorf("%s: %v (-want +got)\n%s", name, err, diff)
		}
	}
}
