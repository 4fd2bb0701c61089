package interaction_test

import (
	"fmt"

	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/interaction"
)

// Of 1,000 people 600 want home care and 500 can have it; two in five of those turned away go into a
// residential home.
func ExampleAssess() {
	in := interaction.Input{
		Need:   assume.Exactly(1000),
		Shares: interaction.BySetting{interaction.HomeCare: 0.6, interaction.Residential: 0.4},
		Capacity: [interaction.Count]assume.Range{
			interaction.HomeCare: {Low: 480, Central: 500, High: 550}, interaction.Residential: assume.Exactly(450),
		},
	}
	in.Overflow[interaction.HomeCare][interaction.Residential] = assume.Between(0.3, 0.4, 0.5, "an assumption")
	// Twelve hours a week for one person.
	in.Units[interaction.HomeCare].People = assume.Certain(1.0/12, "an assumption")
	result, err := interaction.Assess(in)
	if err != nil {
		fmt.Println(err)
		return
	}
	hour := result.Worth[interaction.HomeCare].Unit
	fmt.Printf("unmet %.0f (%.0f to %.0f)\n", result.Unmet.Central, result.Unmet.Low, result.Unmet.High)
	fmt.Printf("in care homes %.0f, of whom %.0f for lack of home care\n", result.CareHomes.Central, result.Avoidable.Central)
	fmt.Printf("one more hour a week: %.3f fewer unmet, %.3f fewer in care homes\n", hour.FewerUnmet.Central, hour.FewerInCareHomes.Central)
	// Output:
	// unmet 60 (25 to 84)
	// in care homes 440, of whom 40 for lack of home care
	// one more hour a week: 0.050 fewer unmet, 0.033 fewer in care homes
}

// What six districts can show of home care and placements is little.
func ExampleCheckHistory() {
	history, err := interaction.CheckHistory([]interaction.Observation{
		{District: "E07000078", HoursPer1000: 210, PlacementsPer1000: 31},
		{District: "E07000079", HoursPer1000: 150, PlacementsPer1000: 36},
		{District: "E07000080", HoursPer1000: 165, PlacementsPer1000: 30},
		{District: "E07000081", HoursPer1000: 230, PlacementsPer1000: 33},
		{District: "E07000082", HoursPer1000: 180, PlacementsPer1000: 34},
		{District: "E07000083", HoursPer1000: 200, PlacementsPer1000: 29},
	}, 0.95)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(history.Plain())
	// Output:
	// Over 6 districts, one more hour of home care per 1,000 people goes with -0.0315 placements per 1,000 (95% interval -0.147 to +0.0837), so they do not show whether more home care goes with more or with fewer placements.
}
