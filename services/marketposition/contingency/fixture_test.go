package contingency_test

import (
	"math"
	"strings"
	"testing"

	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/geo"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/contingency"
	"github.com/caremarket/caremarket/services/marketposition/statement"
)

const (
	careHomes = marketpositionv1.Market_MARKET_CARE_HOMES
	homeCare  = marketpositionv1.Market_MARKET_HOME_CARE
	housing   = marketpositionv1.Market_MARKET_HOUSING_WITH_CARE
	failing   = "providers/1-1"
	good      = commonv1.StandingRating_STANDING_RATING_GOOD
	nursing   = "GENERAL_NURSING"
	general   = "GENERAL_RESIDENTIAL"
)

// sources are a register, its returns and a made-up register.
func sources() []*commonv1.Source {
	return []*commonv1.Source{
		{Id: "register", Kind: commonv1.SourceKind_SOURCE_KIND_REGISTER, Title: "A register"},
		{Id: "returns", Kind: commonv1.SourceKind_SOURCE_KIND_PROVIDER_RETURN, Title: "Returns"},
	}
}

// home is a care home so many miles north of Stroud; its people are asked about when it
// is the failing provider's.
func home(id, provider string, miles float64, kinds ...*commonv1.StandingKind) *commonv1.Standing {
	// A degree on the sphere that distances are measured on.
	const degree = 6378.137 * math.Pi / 180 * 1000 / geo.MetresPerMile
	s := &commonv1.Standing{
		Name: "careHomes/" + id, Title: "Home " + id, Provider: provider, ProviderTitle: "Of " + provider, District: "districts/E07000082",
		Latitude: new(51.745 + miles/degree), Longitude: new(-2.216), Rating: good,
		Asked: provider == failing, Registered: 40, Returned: true, AsAt: "2026-10-12", Kinds: kinds,
		SourceIds: []string{"register", "returns"},
	}
	for _, k := range kinds {
		k.Asked = s.GetAsked()
	}
	return s
}

func places(kind string, people, admittable int32) *commonv1.StandingKind {
	return &commonv1.StandingKind{Kind: kind, People: &people, Admittable: &admittable}
}

func inZone(zone string, k *commonv1.StandingKind) *commonv1.StandingKind {
	k.Zone = "zones/" + zone
	return k
}

// branch is a home care branch.
func branch(id, provider string, kinds ...*commonv1.StandingKind) *commonv1.Standing {
	s := home(id, provider, 0, kinds...)
	s.Name, s.Latitude, s.Longitude, s.Registered = "homeCareBranches/"+id, nil, nil, 0
	return s
}

func silent(s *commonv1.Standing) *commonv1.Standing {
	s.Returned, s.AsAt, s.Kinds, s.SourceIds = false, "", nil, s.GetSourceIds()[:1]
	return s
}

// market is one that answered.
func market(kind marketpositionv1.Market, standings ...*commonv1.Standing) contingency.Market {
	return contingency.Market{
		Kind: kind, Service: strings.ToLower(kind.String()), Revision: 7, Standings: standings, Sources: sources(),
		State: &marketpositionv1.SectionState{Availability: marketpositionv1.Availability_AVAILABILITY_AVAILABLE},
	}
}

func away(kind marketpositionv1.Market) contingency.Market {
	return contingency.Market{Kind: kind, State: statement.Unavailable("it cannot be reached")}
}

func question() contingency.Question {
	return contingency.Question{
		Provider: failing, AsAt: "2026-10-31", Sources: figure.Sources{},
		Rules: contingency.Rules{Applied: &marketpositionv1.FailureRules{MaxMiles: 15, RatingFloor: good}},
	}
}

func plan(t testing.TB, q contingency.Question, markets ...contingency.Market) *marketpositionv1.FailurePlan {
	t.Helper()
	made, err := contingency.Plan(t.Context(), q, markets)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// want compares a figure's value.
func want(t testing.TB, what string, f *commonv1.Figure, want float64) {
	t.Helper()
	if got, ok := figure.Value(f); !ok || math.Abs(got-want) > 1e-9 {
		t.Errorf("%s is %v, want %v", what, f.GetState(), want)
	}
}

func noteCount(notes []*commonv1.DataNote, code string) int32 {
	for _, n := range notes {
		if n.GetCode() == code {
			return n.GetCount()
		}
	}
	return -1
}
