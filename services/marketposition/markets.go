package marketposition

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/statement"

	"github.com/caremarket/caremarket/pkg/revision"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
	housingwithcarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/housingwithcare/v1"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
)

// Markets are the clients of the four services that statements rest on; a nil client is a
// market that is not served.
type Markets struct {
	CareHomes       carehomesv1.CareHomesServiceClient
	HomeCare        homecarev1.HomeCareServiceClient
	HousingWithCare housingwithcarev1.HousingWithCareServiceClient
	Workforce       workforcev1.WorkforceServiceClient
	// Trackers follow the revisions of the services that are served.
	Trackers []*revision.Tracker
}

// markets are the four as they are asked.
type markets struct {
	careHomes       market[*carehomesv1.CareHomeCapacity]
	homeCare        market[*homecarev1.HomeCareCapacity]
	housingWithCare market[*housingwithcarev1.HousingWithCareCapacity]
	workforce       market[*workforcev1.WorkforceCapacity]
	placements      market[*carehomesv1.Placements]
	deadline        time.Duration
	memory          *memory
}

func newMarkets(c Markets, deadline time.Duration, now func() time.Time) (markets, error) {
	memory, err := newMemory(now)
	return markets{
		careHomes: careHomes(c.CareHomes), homeCare: homeCare(c.HomeCare),
		housingWithCare: housingWithCare(c.HousingWithCare), workforce: workforce(c.Workforce), placements: placementsElsewhere(c.CareHomes),
		deadline: deadline, memory: memory,
	}, err
}

// ask asks all four at once.
func (m *markets) ask(ctx context.Context, q question) (a statement.Answers) {
	var all sync.WaitGroup
	all.Go(func() { a.CareHomes = reply(ctx, m.careHomes, q, m.deadline, m.memory) })
	all.Go(func() { a.HomeCare = reply(ctx, m.homeCare, q, m.deadline, m.memory) })
	all.Go(func() { a.HousingWithCare = reply(ctx, m.housingWithCare, q, m.deadline, m.memory) })
	all.Go(func() { a.Workforce = reply(ctx, m.workforce, q, m.deadline, m.memory) })
	if q.placements {
		all.Go(func() { a.Placements = reply(ctx, m.placements, q, m.deadline, m.memory) })
	}
	all.Wait()
	return a
}

// partial reports whether a market that is served did not answer now.
func (m *markets) partial(a statement.Answers) bool {
	return m.careHomes.ask != nil && !a.CareHomes.Available() ||
		m.homeCare.ask != nil && !a.HomeCare.Available() ||
		m.housingWithCare.ask != nil && !a.HousingWithCare.Available() ||
		m.workforce.ask != nil && !a.Workforce.Available() ||
		m.placements.ask != nil && a.Placements.State != nil && !a.Placements.Available()
}

func careHomes(client carehomesv1.CareHomesServiceClient) market[*carehomesv1.CareHomeCapacity] {
	m := market[*carehomesv1.CareHomeCapacity]{service: statement.CareHomesService}
	if client == nil {
		return m
	}
	m.ask = func(ctx context.Context, q question) ([]*carehomesv1.CareHomeCapacity, *carehomesv1.CareHomeCapacity, error) {
		if strings.HasPrefix(q.area, facts.AuthorityPrefix) {
			res, err := client.ListDistrictCapacities(ctx, &carehomesv1.ListDistrictCapacitiesRequest{Parent: q.area, AsAt: q.asAt, KnownAt: q.moment()})
			return res.GetCapacities(), res.GetTotal(), err
		}
		res, err := client.GetDistrictCapacity(ctx, &carehomesv1.GetDistrictCapacityRequest{Name: q.area + "/careHomeCapacity", AsAt: q.asAt, KnownAt: q.moment()})
		return []*carehomesv1.CareHomeCapacity{res.GetCapacity()}, res.GetCapacity(), err
	}
	return m
}

// placementsElsewhere asks the care homes where an authority's residents are.
func placementsElsewhere(client carehomesv1.CareHomesServiceClient) market[*carehomesv1.Placements] {
	m := market[*carehomesv1.Placements]{service: statement.CareHomesService + " placements"}
	if client == nil {
		return m
	}
	m.ask = func(ctx context.Context, q question) ([]*carehomesv1.Placements, *carehomesv1.Placements, error) {
		res, err := client.ListPlacements(ctx, &carehomesv1.ListPlacementsRequest{Parent: q.area, From: q.asAt, To: q.asAt, KnownAt: q.moment()})
		return nil, res.GetPlacements(), err
	}
	return m
}

func homeCare(client homecarev1.HomeCareServiceClient) market[*homecarev1.HomeCareCapacity] {
	m := market[*homecarev1.HomeCareCapacity]{service: statement.HomeCareService}
	if client == nil {
		return m
	}
	m.ask = func(ctx context.Context, q question) ([]*homecarev1.HomeCareCapacity, *homecarev1.HomeCareCapacity, error) {
		if strings.HasPrefix(q.area, facts.AuthorityPrefix) {
			res, err := client.ListDistrictCapacities(ctx, &homecarev1.ListDistrictCapacitiesRequest{Parent: q.area, AsAt: q.asAt, KnownAt: q.moment()})
			return res.GetCapacities(), res.GetTotal(), err
		}
		res, err := client.GetDistrictCapacity(ctx, &homecarev1.GetDistrictCapacityRequest{Name: q.area + "/homeCareCapacity", AsAt: q.asAt, KnownAt: q.moment()})
		return []*homecarev1.HomeCareCapacity{res.GetCapacity()}, res.GetCapacity(), err
	}
	return m
}

func housingWithCare(client housingwithcarev1.HousingWithCareServiceClient) market[*housingwithcarev1.HousingWithCareCapacity] {
	m := market[*housingwithcarev1.HousingWithCareCapacity]{service: statement.HousingWithCareService}
	if client == nil {
		return m
	}
	m.ask = func(ctx context.Context, q question) ([]*housingwithcarev1.HousingWithCareCapacity, *housingwithcarev1.HousingWithCareCapacity, error) {
		if strings.HasPrefix(q.area, facts.AuthorityPrefix) {
			res, err := client.ListDistrictCapacities(ctx, &housingwithcarev1.ListDistrictCapacitiesRequest{Parent: q.area, AsAt: q.asAt, KnownAt: q.moment()})
			return res.GetCapacities(), res.GetTotal(), err
		}
		res, err := client.GetDistrictCapacity(ctx, &housingwithcarev1.GetDistrictCapacityRequest{Name: q.area + "/housingWithCareCapacity", AsAt: q.asAt, KnownAt: q.moment()})
		return []*housingwithcarev1.HousingWithCareCapacity{res.GetCapacity()}, res.GetCapacity(), err
	}
	return m
}

func workforce(client workforcev1.WorkforceServiceClient) market[*workforcev1.WorkforceCapacity] {
	m := market[*workforcev1.WorkforceCapacity]{service: statement.WorkforceService}
	if client == nil {
		return m
	}
	m.ask = func(ctx context.Context, q question) ([]*workforcev1.WorkforceCapacity, *workforcev1.WorkforceCapacity, error) {
		if strings.HasPrefix(q.area, facts.AuthorityPrefix) {
			res, err := client.ListDistrictCapacities(ctx, &workforcev1.ListDistrictCapacitiesRequest{Parent: q.area, AsAt: q.asAt, KnownAt: q.moment()})
			return res.GetCapacities(), res.GetTotal(), err
		}
		res, err := client.GetDistrictCapacity(ctx, &workforcev1.GetDistrictCapacityRequest{Name: q.area + "/workforceCapacity", AsAt: q.asAt, KnownAt: q.moment()})
		return []*workforcev1.WorkforceCapacity{res.GetCapacity()}, res.GetCapacity(), err
	}
	return m
}
