package facts

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/ledger"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// Known is what the register says of some districts, as it was known at a moment. Each
// list is in order of id.
type Known struct {
	// Revision is the newest commit that concerns the districts.
	Revision int64

	Populations      []*marketpositionv1.Population
	Projections      []*marketpositionv1.Projection
	DementiaRates    []*marketpositionv1.DementiaRate
	NeedRates        []*marketpositionv1.NeedRate
	SignalRules      []*marketpositionv1.SignalRule
	PublishedFigures []*marketpositionv1.PublishedFigure
	Intentions       []*marketpositionv1.Intention
	Actions          []*marketpositionv1.Action
	Engagements      []*marketpositionv1.Engagement
	Plans            []*marketpositionv1.Plan
	TenureNeeds      []*marketpositionv1.TenureNeed
	Localities       []*marketpositionv1.LocalityFact
	Assumptions      []*marketpositionv1.Assumption

	ClaimRelations    []*marketpositionv1.ClaimRelation
	QualifierMeanings []*marketpositionv1.QualifierMeaning
}

// Read gives the facts that concern any of the districts.
func Read(ctx context.Context, v *ledger.View, districts ...string) (Known, error) {
	// A fact has no returns, so the day asked for makes no difference.
	const anyDay = "9999-12-31"
	entries := map[string]ledger.Place{}
	for _, district := range districts {
		standing, err := v.InDistrict(ctx, district, anyDay)
		if err != nil {
			return Known{}, err
		}
		for _, s := range standing {
			entries[s.Place.ID] = s.Place
		}
	}
	var k Known
	for _, id := range slices.Sorted(maps.Keys(entries)) {
		if err := k.Add(entries[id]); err != nil {
			return Known{}, err
		}
	}
	revision, _, err := v.Touched(ctx, districts...)
	k.Revision = revision
	return k, err
}

// Add decodes one entry of the register into its list.
func (k *Known) Add(entry ledger.Place) (err error) {
	collection, _, _ := strings.Cut(entry.ID, "/")
	switch collection {
	case Populations:
		k.Populations, err = decoded(k.Populations, entry)
	case Projections:
		k.Projections, err = decoded(k.Projections, entry)
	case DementiaRates:
		k.DementiaRates, err = decoded(k.DementiaRates, entry)
	case NeedRates:
		k.NeedRates, err = decoded(k.NeedRates, entry)
	case SignalRules:
		k.SignalRules, err = decoded(k.SignalRules, entry)
	case PublishedFigures:
		k.PublishedFigures, err = decoded(k.PublishedFigures, entry)
	case Intentions:
		k.Intentions, err = decoded(k.Intentions, entry)
	case Actions:
		if k.Actions, err = decoded(k.Actions, entry); err == nil {
			k.Actions[len(k.Actions)-1].Revision = entry.Revision
		}
	case Engagements:
		k.Engagements, err = decoded(k.Engagements, entry)
	case Plans:
		k.Plans, err = decoded(k.Plans, entry)
	case TenureNeeds:
		k.TenureNeeds, err = decoded(k.TenureNeeds, entry)
	case Localities:
		k.Localities, err = decoded(k.Localities, entry)
	case Assumptions:
		k.Assumptions, err = decoded(k.Assumptions, entry)
	case ClaimRelations:
		k.ClaimRelations, err = decoded(k.ClaimRelations, entry)
	case QualifierMeanings:
		k.QualifierMeanings, err = decoded(k.QualifierMeanings, entry)
	}
	return err
}

// Cited are those of all that these facts name. What else a service knows by now makes
// no difference to what was known.
func (k *Known) Cited(all figure.Sources) figure.Sources {
	named := figure.Sources{}
	visit := func(id string) string {
		if source, ok := all[id]; ok {
			named[id] = source
		}
		return id
	}
	eachCitationOf(k.Populations, visit)
	eachCitationOf(k.Projections, visit)
	eachCitationOf(k.DementiaRates, visit)
	eachCitationOf(k.NeedRates, visit)
	eachCitationOf(k.SignalRules, visit)
	eachCitationOf(k.PublishedFigures, visit)
	eachCitationOf(k.Intentions, visit)
	eachCitationOf(k.Actions, visit)
	eachCitationOf(k.Engagements, visit)
	eachCitationOf(k.Plans, visit)
	eachCitationOf(k.TenureNeeds, visit)
	eachCitationOf(k.Localities, visit)
	eachCitationOf(k.Assumptions, visit)
	eachCitationOf(k.ClaimRelations, visit)
	eachCitationOf(k.QualifierMeanings, visit)
	return named
}

func eachCitationOf[M proto.Message](list []M, visit func(string) string) {
	for _, m := range list {
		EachCitation(m.ProtoReflect(), visit)
	}
}

// Message is a pointer to a generated message of type M.
type Message[M any] interface {
	*M
	proto.Message
}

func decoded[M any, P Message[M]](list []P, entry ledger.Place) ([]P, error) {
	m, err := Decode[M, P](entry)
	return append(list, m), err
}

// Decode reads an entry of the register.
func Decode[M any, P Message[M]](entry ledger.Place) (P, error) {
	m := P(new(M))
	if err := proto.Unmarshal(entry.Payload, m); err != nil {
		return m, fmt.Errorf("the kept %s cannot be read: %w", entry.ID, err)
	}
	return m, nil
}
