package failure

import (
	"cmp"
	"context"
	"slices"

	"github.com/caremarket/caremarket/services/marketposition/model/failure/transport"
)

// makePlan places the provider's people at the least total distance.
func makePlan(ctx context.Context, m *market, provider string) (Plan, error) {
	groups, places := m.groups(provider), m.places(provider)
	problem, reasons := m.problem(groups, places)
	solution, err := transport.Solve(ctx, problem)
	if err != nil {
		return Plan{}, err
	}
	plan := Plan{Provider: provider}
	taken := make([]int, len(places))
	for _, move := range solution.Moves {
		arc := problem.Arcs[move.Arc]
		g, p, people := groups[arc.Group], places[arc.Place], int(move.People)
		plan.add(Move{
			From: g.from.ID, To: p.at.ID, District: p.at.District,
			Needed: g.needed, Given: p.kind, People: people, Miles: float64(arc.Cost) / 1000,
		})
		taken[arc.Place] += people
	}
	plan.TotalMiles = float64(solution.Cost) / 1000
	for g, people := range solution.LeftOut {
		if people > 0 {
			plan.Without += int(people)
			plan.Unplaced = append(plan.Unplaced, Unplaced{groups[g].from.ID, groups[g].needed, int(people), reasons[g]})
		}
	}
	plan.People = plan.Placed + plan.Without
	plan.Left = m.left(provider, places, taken)
	return plan, nil
}

func (p *Plan) add(move Move) {
	p.Moves = append(p.Moves, move)
	p.Placed += move.People
	p.LongestMiles = max(p.LongestMiles, move.Miles)
}

// problem lets each group go wherever the rules allow. The reasons say, for each group, why anyone of it
// who finds no place does not.
func (m *market) problem(groups []group, places []place) (transport.Problem, []Reason) {
	var problem transport.Problem
	for _, p := range places {
		problem.Capacity = append(problem.Capacity, int64(p.free))
	}
	reasons := make([]Reason, len(groups))
	for g, group := range groups {
		problem.People = append(problem.People, int64(group.people))
		reasons[g] = NoPlaceOfKind
		given := m.given[group.needed]
		for i, p := range places {
			if !slices.Contains(given, p.kind) {
				continue
			}
			thousandths, near := m.rules.miles(group.from, p.at)
			switch {
			case !near:
				reasons[g] = max(reasons[g], NoneWithinDistance)
			case !m.rules.ratedWellEnough(p.at):
				reasons[g] = max(reasons[g], NoneRatedWellEnough)
			default:
				reasons[g] = AllTaken
				problem.Arcs = append(problem.Arcs, transport.Arc{Group: int32(g), Place: int32(i), Cost: thousandths})
			}
		}
	}
	return problem, reasons
}

// left counts what the districts have afterwards.
func (m *market) left(provider string, places []place, taken []int) []Left {
	type key struct {
		district string
		kind     Kind
	}
	rows := make(map[key]*Left)
	row := func(district string, kind Kind) *Left {
		k := key{district, kind}
		if rows[k] == nil {
			rows[k] = &Left{District: district, Kind: kind}
		}
		return rows[k]
	}
	for i, p := range places {
		r := row(p.at.District, p.kind)
		r.Before += p.free
		r.Taken += taken[i]
		r.Free = r.Before - r.Taken
	}
	for _, service := range m.services {
		if service.Provider != provider {
			continue
		}
		for kind, people := range service.People {
			row(service.District, kind).Lost += people
		}
		for kind, admittable := range service.Admittable {
			row(service.District, kind).Lost += admittable
		}
	}
	left := make([]Left, 0, len(rows))
	for _, r := range rows {
		left = append(left, *r)
	}
	slices.SortFunc(left, func(a, b Left) int {
		return cmp.Or(cmp.Compare(a.District, b.District), cmp.Compare(a.Kind, b.Kind))
	})
	return left
}
