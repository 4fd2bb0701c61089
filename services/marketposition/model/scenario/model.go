package scenario

import (
	"fmt"

	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/interaction"
	"github.com/caremarket/caremarket/services/marketposition/model/need"
)

// Worlds: the years without the levers, and with them.
const (
	without = iota
	with
	worlds
)

// knob is an assumption that each draw turns to a value.
type knob struct {
	name string
	assume.Assumption
}

// model is the input made quick to draw from: assumptions stand in one list, and everything else points
// to its place there.
type model struct {
	in        Input
	years     int
	knobs     []knob
	rates     []rate
	overflow  [interaction.Count][interaction.Count]int
	staffing  [interaction.Count]staffing
	levers    []int
	districts []district
}

type rate struct {
	setting interaction.Setting
	knob    int
}

type staffing struct{ peoplePerPost, turnover, starters int }

// district has its people in need of each rate's denominator, by world and year, and the levers that act
// in each year.
type district struct {
	people [worlds][][]float64
	places [interaction.Count]int
	teams  [interaction.Count]Team
	active [][]int
	// untouched districts are the same with the levers as without.
	untouched bool
}

func newModel(in Input) (*model, error) {
	m := &model{in: in, years: in.LastYear - in.FirstYear + 1}
	for _, r := range in.Rates {
		setting, _ := interaction.ParseSetting(r.Setting)
		name := fmt.Sprintf("rate of %s at %s", r.Setting, r.Band)
		if r.ClientGroup != "" {
			name += ", " + r.ClientGroup
		}
		m.rates = append(m.rates, rate{setting, m.knob(name, r.People)})
	}
	for _, s := range interaction.Settings() {
		for _, t := range interaction.Settings() {
			m.overflow[s][t] = m.knob(fmt.Sprintf("overflow from %s to %s", s, t), in.Overflow[s][t])
		}
		m.staffing[s] = staffing{
			peoplePerPost: m.knob(fmt.Sprintf("people served by a post in %s", s), in.Staffing[s].PeoplePerPost),
			turnover:      m.knob(fmt.Sprintf("turnover in %s", s), in.Staffing[s].Turnover),
			starters:      m.knob(fmt.Sprintf("starters for a post in %s", s), in.Staffing[s].Starters),
		}
	}
	for _, d := range in.Districts {
		district, err := m.district(d)
		if err != nil {
			return nil, err
		}
		m.districts = append(m.districts, district)
	}
	// Levers are drawn last, so that the years without them are the same whatever they are.
	for _, lever := range in.Levers {
		m.levers = append(m.levers, m.knob("lever: "+lever.Name, lever.By))
	}
	return m, nil
}

func (m *model) knob(name string, a assume.Assumption) int {
	m.knobs = append(m.knobs, knob{name, a})
	return len(m.knobs) - 1
}

func (m *model) district(d District) (district, error) {
	out := district{teams: d.Teams, active: make([][]int, m.years), untouched: true}
	for _, s := range interaction.Settings() {
		out.places[s] = m.knob(fmt.Sprintf("places in %s, %s", s, d.ID), d.Places[s])
	}
	for y := range m.years {
		populations := [worlds]need.Population{d.Population, d.Population}
		for i, lever := range m.in.Levers {
			if !lever.acts(d.ID, m.in.FirstYear+y) {
				continue
			}
			out.untouched = false
			if lever.What == UsePopulation {
				populations[with] = lever.Population
			} else {
				out.active[y] = append(out.active[y], i)
			}
		}
		for world, population := range populations {
			people, err := m.people(population, m.in.FirstYear+y)
			if err != nil {
				return district{}, err
			}
			out.people[world] = append(out.people[world], people)
		}
	}
	return out, nil
}

// people are those of each rate's age band in a year, in units of the rate's denominator.
func (m *model) people(population need.Population, year int) ([]float64, error) {
	projected, err := need.Project(population, year)
	if err != nil {
		return nil, err
	}
	people := make([]float64, len(m.in.Rates))
	for i, r := range m.in.Rates {
		people[i] = need.Within(projected, r.Band) / r.Per
	}
	return people, nil
}

func (l Lever) acts(district string, year int) bool {
	return (l.District == "" || l.District == district) && year >= l.FromYear && (l.ToYear == 0 || year <= l.ToYear)
}
