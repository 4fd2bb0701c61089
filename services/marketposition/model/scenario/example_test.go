package scenario_test

import (
	"context"
	"fmt"

	"github.com/caremarket/caremarket/services/marketposition/model/interaction"
	"github.com/caremarket/caremarket/services/marketposition/model/scenario"
)

// Reablement spares a tenth to a fifth of the need for home care, in two districts.
func ExampleRun() {
	in := certain()
	in.Draws = 1000
	in.Levers = []scenario.Lever{{
		Name: "reablement", What: scenario.TimesNeed, Setting: interaction.HomeCare, FromYear: 2025,
		By: between(0.8, 0.85, 0.9),
	}}
	result, err := scenario.Run(context.Background(), in, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	all := result.Areas[len(result.Areas)-1]
	for _, year := range [...]int{0, 1, 10} {
		unmet := all.Years[year].Figures[scenario.Unmet]
		fmt.Printf("%d: %.0f unmet without, %.0f with (%.0f to %.0f)\n", all.Years[year].Year,
			unmet.Without.Central, unmet.With.Central, unmet.With.Low, unmet.With.High)
	}
	driver := all.Drivers[scenario.Unmet].Difference[0]
	fmt.Printf("driven by %s (%+.2f)\n", driver.Assumption, driver.Correlation)
	// Output:
	// 2024: 20 unmet without, 20 with (20 to 20)
	// 2025: 50 unmet without, 17 with (10 to 25)
	// 2034: 320 unmet without, 260 with (246 to 274)
	// driven by lever: reablement (+1.00)
}
