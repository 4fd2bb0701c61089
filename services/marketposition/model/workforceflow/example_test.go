package workforceflow_test

import (
	"fmt"

	"github.com/caremarket/caremarket/services/marketposition/model/workforceflow"
)

// A thousand posts at the national rates, for 1,000 people who need a bed and 950 beds.
func ExampleProject() {
	result, err := workforceflow.Project(national())
	if err != nil {
		fmt.Println(err)
		return
	}
	month, supply := result.Central.Teams[0].Months[11], result.Central.Services[0].Months[11]
	fmt.Printf("staff %.0f - %.1f leavers + %.1f starters + %.1f from abroad = %.0f\n", month.Start, month.Leavers, month.Starters, month.International, month.End)
	share, _ := supply.Short.StaffShare()
	fmt.Printf("%.0f beds run of %.0f needed; short for want of staff %.0f, of staff and beds %.0f: %.0f%% is people\n",
		supply.Units, supply.Need, supply.Short.Staff, supply.Short.Both, 100*share)
	fmt.Printf("after a year from %.0f to %.0f staff\n", result.Fewest.Teams[0].Months[11].End, result.Most.Teams[0].Months[11].End)
	// Output:
	// staff 917 - 19.0 leavers + 15.0 starters + 4.0 from abroad = 917
	// 917 beds run of 1000 needed; short for want of staff 33, of staff and beds 50: 70% is people
	// after a year from 803 to 1000 staff
}
