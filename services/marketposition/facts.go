package marketposition

import (
	"fmt"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/ledger"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// The collections of facts: the first part of a fact's id on the ledger, which is its
// resource name where it has one.
const (
	populations      = "populations"
	projections      = "projections"
	dementiaRates    = "dementiaRates"
	needRates        = "needRates"
	signalRules      = "signalRules"
	publishedFigures = "publishedFigures"
	intentions       = "intentions"
	actions          = "actions"
	engagements      = "engagements"
	plans            = "plans"
	tenureNeeds      = "tenureNeeds"
	localities       = "localities"
)

const (
	districtPrefix  = "districts/"
	authorityPrefix = "authorities/"
)

// fact is one fact on its way to the ledger.
type fact struct {
	// field is where it stands in Facts, such as "actions[3]".
	field   string
	id      string
	areas   []string
	message proto.Message
}

// factsOf lists everything in f with its id and the areas it concerns.
func factsOf(f *marketpositionv1.Facts) []fact {
	var all []fact
	england := []string{string(geo.England)}
	all = appendFacts(all, "populations", f.GetPopulations(), populationID,
		func(p *marketpositionv1.Population) []string { return []string{p.GetDistrict()} })
	all = appendFacts(all, "projections", f.GetProjections(), projectionID, (*marketpositionv1.Projection).GetDistricts)
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
			return []string{strings.TrimPrefix(n.GetDistrict(), districtPrefix)}
		})
	return appendFacts(all, "localities", f.GetLocalities(),
		func(l *marketpositionv1.LocalityFact) string { return l.GetLocality().GetName() }, localityAreas)
}

func appendFacts[M proto.Message](all []fact, field string, list []M, id func(M) string, areas func(M) []string) []fact {
	for i, m := range list {
		all = append(all, fact{field: fmt.Sprintf("%s[%d]", field, i), id: id(m), areas: areas(m), message: m})
	}
	return all
}

func populationID(p *marketpositionv1.Population) string {
	return populations + "/" + p.GetSourceId() + "/" + p.GetDistrict()
}

func projectionID(p *marketpositionv1.Projection) string {
	return projections + "/" + p.GetSourceId() + "/" + strings.Join(p.GetDistricts(), "+")
}

func tenureNeedID(n *marketpositionv1.TenureNeed) string {
	district := strings.TrimPrefix(n.GetDistrict(), districtPrefix)
	return tenureNeeds + "/" + district + "/" + strings.ToLower(n.GetTenure().String())
}

func localityAreas(l *marketpositionv1.LocalityFact) []string {
	var areas []string
	for _, share := range l.GetLocality().GetShares() {
		areas = append(areas, strings.TrimPrefix(share.GetDistrict(), districtPrefix))
	}
	return areas
}

// keep is how a message is kept: the same message always gives the same bytes.
var keep = proto.MarshalOptions{Deterministic: true}

// entry is the fact as the ledger keeps it, counted in the districts it concerns.
func (f fact) entry(districts []string) (ledger.Place, error) {
	payload, err := keep.Marshal(f.message)
	if err != nil {
		return ledger.Place{}, fmt.Errorf("keep %s: %w", f.id, err)
	}
	return ledger.Place{ID: f.id, Districts: districts, Payload: payload}, nil
}
