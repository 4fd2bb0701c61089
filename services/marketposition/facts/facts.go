// Package facts says what the service keeps on its ledger besides the markets' own: the
// people, rates, rules, published figures and plans that a statement is made of. It names
// each, says which areas it concerns, and reads them back as they were known.
package facts

import (
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/ledger"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// The collections of facts: the first part of a fact's id on the ledger, which is its
// resource name where it has one.
const (
	Populations      = "populations"
	Projections      = "projections"
	DementiaRates    = "dementiaRates"
	NeedRates        = "needRates"
	SignalRules      = "signalRules"
	PublishedFigures = "publishedFigures"
	Intentions       = "intentions"
	Actions          = "actions"
	Engagements      = "engagements"
	Plans            = "plans"
	TenureNeeds      = "tenureNeeds"
	Localities       = "localities"
	Assumptions      = "assumptions"

	ClaimRelations    = "claimRelations"
	QualifierMeanings = "qualifierMeanings"
)

// What the names of districts and authorities begin with.
const (
	DistrictPrefix  = "districts/"
	AuthorityPrefix = "authorities/"
)

// Fact is one fact on its way to the ledger.
type Fact struct {
	// Field is where it stands in Facts, such as "actions[3]".
	Field string
	// ID is its own on the ledger: its resource name where it has one.
	ID string
	// Areas are the codes of the districts, authorities or regions that it concerns, or England's.
	Areas   []string
	Message proto.Message
}

// Of lists everything in f with its id and the areas it concerns.
func Of(f *marketpositionv1.Facts) []Fact {
	var all []Fact
	england := []string{string(geo.England)}
	all = appendFacts(all, "populations", f.GetPopulations(), populationID,
		func(p *marketpositionv1.Population) []string { return []string{p.GetDistrict()} })
	all = appendFacts(all, "projections", f.GetProjections(), ProjectionID, (*marketpositionv1.Projection).GetDistricts)
	all = appendFacts(all, "dementia_rates", f.GetDementiaRates(), (*marketpositionv1.DementiaRate).GetName,
		func(*marketpositionv1.DementiaRate) []string { return england })
	all = appendFacts(all, "need_rates", f.GetNeedRates(), (*marketpositionv1.NeedRate).GetName, (*marketpositionv1.NeedRate).GetAreas)
	all = appendFacts(all, "signal_rules", f.GetSignalRules(), (*marketpositionv1.SignalRule).GetName,
		func(*marketpositionv1.SignalRule) []string { return england })
	all = appendFacts(all, "published_figures", f.GetPublishedFigures(), (*marketpositionv1.PublishedFigure).GetName,
		func(p *marketpositionv1.PublishedFigure) []string { return []string{p.GetArea()} })
	all = appendFacts(all, "intentions", f.GetIntentions(), (*marketpositionv1.Intention).GetName, (*marketpositionv1.Intention).GetAreas)
	all = appendFacts(all, "actions", f.GetActions(), (*marketpositionv1.Action).GetName, (*marketpositionv1.Action).GetAreas)
	all = appendFacts(all, "engagements", f.GetEngagements(), (*marketpositionv1.Engagement).GetName, (*marketpositionv1.Engagement).GetAreas)
	all = appendFacts(all, "plans", f.GetPlans(), (*marketpositionv1.Plan).GetName, (*marketpositionv1.Plan).GetAreas)
	all = appendFacts(all, "tenure_needs", f.GetTenureNeeds(), tenureNeedID,
		func(n *marketpositionv1.TenureNeed) []string {
			return []string{strings.TrimPrefix(n.GetDistrict(), DistrictPrefix)}
		})
	all = appendFacts(all, "assumptions", f.GetAssumptions(), assumptionID, (*marketpositionv1.Assumption).GetAreas)
	all = appendFacts(all, "claim_relations", f.GetClaimRelations(), (*marketpositionv1.ClaimRelation).GetName,
		func(r *marketpositionv1.ClaimRelation) []string { return []string{r.GetArea()} })
	all = appendFacts(all, "qualifier_meanings", f.GetQualifierMeanings(), (*marketpositionv1.QualifierMeaning).GetName,
		func(*marketpositionv1.QualifierMeaning) []string { return england })
	return appendFacts(all, "localities", f.GetLocalities(),
		func(l *marketpositionv1.LocalityFact) string { return l.GetLocality().GetName() }, LocalityAreas)
}

func appendFacts[M proto.Message](all []Fact, field string, list []M, id func(M) string, areas func(M) []string) []Fact {
	for i, m := range list {
		all = append(all, Fact{Field: fmt.Sprintf("%s[%d]", field, i), ID: id(m), Areas: areas(m), Message: m})
	}
	return all
}

func populationID(p *marketpositionv1.Population) string {
	return Populations + "/" + p.GetSourceId() + "/" + p.GetDistrict()
}

// ProjectionID is the id of a projection.
func ProjectionID(p *marketpositionv1.Projection) string {
	return Projections + "/" + p.GetSourceId() + "/" + strings.Join(p.GetDistricts(), "+")
}

// assumptionID tells apart what one name means in different places.
func assumptionID(a *marketpositionv1.Assumption) string {
	return a.GetName() + "/" + strings.Join(a.GetAreas(), "+")
}

func tenureNeedID(n *marketpositionv1.TenureNeed) string {
	district := strings.TrimPrefix(n.GetDistrict(), DistrictPrefix)
	return TenureNeeds + "/" + district + "/" + strings.ToLower(n.GetTenure().String())
}

// LocalityAreas are the codes of the districts that a locality lies in.
func LocalityAreas(l *marketpositionv1.LocalityFact) []string {
	var areas []string
	for _, share := range l.GetLocality().GetShares() {
		areas = append(areas, strings.TrimPrefix(share.GetDistrict(), DistrictPrefix))
	}
	return areas
}

// Encoding is how a message is kept: the same message always gives the same bytes.
var Encoding = proto.MarshalOptions{Deterministic: true}

// Entry is the fact as the ledger keeps it, counted in the districts it concerns.
func (f Fact) Entry(districts []string) (ledger.Place, error) {
	payload, err := Encoding.Marshal(f.Message)
	if err != nil {
		return ledger.Place{}, fmt.Errorf("keep %s: %w", f.ID, err)
	}
	return ledger.Place{ID: f.ID, Districts: districts, Payload: payload}, nil
}

// DistrictsOf returns the codes of the districts that make up some areas, each a district,
// former or present, an authority, a region or England. Unknown areas have none.
func DistrictsOf(atlas *geo.Atlas, areas []string) []string {
	var codes []string
	for _, area := range areas {
		for _, d := range atlas.DistrictsOf(geo.Code(area)) {
			codes = append(codes, string(d.Code))
		}
		for _, d := range atlas.Successors(geo.Code(area)) {
			codes = append(codes, string(d))
		}
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}
