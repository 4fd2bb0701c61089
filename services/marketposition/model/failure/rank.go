package failure

import (
	"cmp"
	"context"
	"slices"
)

// Harm is what the failure of one provider would do.
type Harm struct {
	Provider                 string
	Services                 int
	People, Without          int
	TotalMiles, LongestMiles float64
}

// Rank plans the failure of every provider in the market, each by itself, and orders them by harm: most
// people without a place first, then most miles in total, then most people, then id. The services and
// rules are those of a plan; every fault is named at once. It stops with the context's error.
func Rank(ctx context.Context, services []Service, rules Rules) ([]Harm, error) {
	if err := validate(services, rules).Err(); err != nil {
		return nil, err
	}
	m := newMarket(services, rules)
	count := make(map[string]int)
	for _, service := range m.services {
		count[service.Provider]++
	}
	harms := make([]Harm, 0, len(count))
	for provider, services := range count {
		plan, err := makePlan(ctx, m, provider)
		if err != nil {
			return nil, err
		}
		harms = append(harms, Harm{
			Provider: provider, Services: services, People: plan.People, Without: plan.Without,
			TotalMiles: plan.TotalMiles, LongestMiles: plan.LongestMiles,
		})
	}
	slices.SortFunc(harms, func(a, b Harm) int {
		return cmp.Or(
			cmp.Compare(b.Without, a.Without), cmp.Compare(b.TotalMiles, a.TotalMiles),
			cmp.Compare(b.People, a.People), cmp.Compare(a.Provider, b.Provider),
		)
	})
	return harms, nil
}
