package bench

import (
	"fmt"
	"math/rand/v2"

	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/failure"
	"github.com/caremarket/caremarket/services/marketposition/model/interaction"
	"github.com/caremarket/caremarket/services/marketposition/model/need"
	"github.com/caremarket/caremarket/services/marketposition/model/scenario"
	"github.com/caremarket/caremarket/services/marketposition/model/simulate"
	"github.com/caremarket/caremarket/services/marketposition/model/stay"
)

// The inputs are made up, of the size that councils and the NHS have.

// halfYear is a service that begins above its places, with people waiting.
func halfYear() simulate.Input {
	return simulate.Input{
		Days: 181, ArrivalsPerDay: []float64{2}, Places: 72, InitialOccupied: 77, InitialWaiting: 43,
		Stay: stay.Spec{MeanDays: 59.15, MedianDays: 50}, Replications: 400, Seed: 1,
	}
}

func between(low, central, high float64) assume.Assumption {
	return assume.Between(low, central, high, "invented")
}

// overflow is where people go who find a setting full.
func overflow() (shares [interaction.Count][interaction.Count]assume.Assumption) {
	shares[interaction.HomeCare][interaction.Residential] = between(0.3, 0.4, 0.5)
	shares[interaction.HomeCare][interaction.Nursing] = between(0.05, 0.1, 0.2)
	shares[interaction.ExtraCare][interaction.Residential] = between(0.4, 0.5, 0.6)
	shares[interaction.Residential][interaction.Nursing] = between(0.2, 0.3, 0.4)
	shares[interaction.Nursing][interaction.Residential] = between(0.1, 0.2, 0.3)
	return shares
}

// shortOfCare is a district with too little of everything, so that all markets act on each
// other, and that asks what one more of each is worth.
func shortOfCare() interaction.Input {
	in := interaction.Input{
		Need: assume.Range{Low: 900, Central: 1000, High: 1100}, Shares: interaction.BySetting{0.6, 0.1, 0.2, 0.1}, Overflow: overflow(),
		Capacity: [interaction.Count]assume.Range{
			{Low: 400, Central: 450, High: 500},
			{Low: 80, Central: 90, High: 95},
			{Low: 230, Central: 240, High: 250},
			{Low: 120, Central: 130, High: 140},
		},
	}
	for s := range in.Units {
		in.Units[s] = interaction.Unit{People: between(0.06, 0.08, 0.1), PerWorker: between(2, 2.5, 3)}
	}
	return in
}

// failing is a market with homes of a provider that fails, which serve so many people of
// three kinds, and other homes within about 60 miles of each other.
func failing(homes, others, people int) failure.Input {
	random := rand.New(rand.NewPCG(1, 0))
	kinds := []failure.Kind{"general residential", "general nursing", "dementia residential"}
	in := failure.Input{Provider: "failing", Rules: failure.Rules{
		MaxMiles: 100, Substitutes: []failure.Substitute{{Needed: kinds[0], Given: kinds[1]}},
	}}
	for i := range homes + others {
		home := failure.Service{
			ID: fmt.Sprintf("1-%06d", i), Provider: in.Provider, District: stroud, Rating: failure.Good,
			Location: geo.Point{Latitude: 51.4 + 0.8*random.Float64(), Longitude: -2.6 + 1.3*random.Float64()},
			People:   map[failure.Kind]int{}, Admittable: map[failure.Kind]int{},
		}
		if i >= homes {
			home.Provider = fmt.Sprintf("other %d", i%(1+others/3))
			for _, kind := range kinds {
				home.Admittable[kind], home.People[kind] = random.IntN(4), random.IntN(20)
			}
		}
		in.Services = append(in.Services, home)
	}
	for range people {
		in.Services[random.IntN(homes)].People[kinds[random.IntN(len(kinds))]]++
	}
	return in
}

// sixDistricts are 20 years of a county, with levers on places, posts, pay and need.
func sixDistricts() scenario.Input {
	in := scenario.Input{FirstYear: 2025, LastYear: 2044, Overflow: overflow(), Draws: 1000, Seed: 1, Within: 0.9}
	population := need.Population{BaseYear: 2021, Source: "invented"}
	for i, band := range []need.AgeBand{{From: 65, To: 74}, {From: 75, To: 84}, {From: 85, To: need.AndOver}} {
		population.Base = append(population.Base, need.Count{Band: band, People: 15000 / float64(1+i)})
		population.Growth = append(population.Growth, need.Series{Band: band, Edition: "invented", Points: []need.Point{
			{Year: 2021, People: 100}, {Year: 2044, People: 130 + 30*float64(i)},
		}})
		for _, s := range interaction.Settings() {
			base := float64((i + 1) * (i + 1) * 4 / (1 + int(s)))
			in.Rates = append(in.Rates, need.Rate{Setting: s.String(), Band: band, Per: 1000, People: between(0.8*base, base, 1.3*base)})
		}
	}
	for s := range in.Staffing {
		in.Staffing[s] = scenario.Staffing{PeoplePerPost: between(1.8, 2, 2.2), Turnover: between(0.2, 0.25, 0.35), Starters: between(0.015, 0.02, 0.03)}
	}
	for i := range 6 {
		d := scenario.District{ID: fmt.Sprintf("E0700007%d", 8+i), Population: population}
		for s := range d.Places {
			d.Places[s] = between(300/float64(1+s), 400/float64(1+s), 500/float64(1+s))
			d.Teams[s] = scenario.Team{Posts: 220 / float64(1+s), Filled: 200 / float64(1+s)}
		}
		in.Districts = append(in.Districts, d)
	}
	home := interaction.HomeCare
	in.Levers = []scenario.Lever{
		{Name: "home care", What: scenario.AddPlaces, Setting: home, FromYear: 2026, By: between(50, 100, 200)},
		{Name: "posts", What: scenario.AddPosts, Setting: home, FromYear: 2026, By: between(20, 50, 90)},
		{Name: "pay", What: scenario.TimesTurnover, Setting: home, FromYear: 2026, By: between(0.7, 0.8, 1)},
		{Name: "reablement", What: scenario.TimesNeed, Setting: home, FromYear: 2027, By: between(0.85, 0.9, 1)},
	}
	return in
}
