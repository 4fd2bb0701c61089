package need_test

import (
	"fmt"

	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/need"
)

// Extra care in Stroud in 2035, at 45 units per 1,000 people aged 75 or over.
func ExampleAssess() {
	band := need.AgeBand{From: 75, To: need.AndOver}
	result, err := need.Assess(need.Input{
		Year: 2035,
		Population: need.Population{
			BaseYear: 2021, Source: "ONS Census 2021 TS007",
			Base: []need.Count{{Band: band, People: 13076}},
			Growth: []need.Series{{Band: band, Edition: "ONS 2012-based", Points: []need.Point{
				{Year: 2021, People: 14000}, {Year: 2035, People: 21300},
			}}},
		},
		Rates: []need.Rate{{
			Setting: "extra care", Band: band, ClientGroup: "older people", Per: 1000,
			People: assume.Between(30, 45, 50, "SHOP 2011, with a range for illustration"),
		}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	people := result.People[0]
	fmt.Printf("%.0f people aged %s, %.3f times the census (%s)\n", people.People, people.Band, people.Growth, people.Edition)
	fmt.Printf("%.0f units of %s (%.0f to %.0f)\n", result.All.Central, result.BySetting[0].Key, result.All.Low, result.All.High)
	// Output:
	// 19894 people aged 75+, 1.521 times the census (ONS 2012-based)
	// 895 units of extra care (597 to 995)
}
