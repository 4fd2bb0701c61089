package flows_test

import (
	"fmt"

	"github.com/caremarket/caremarket/services/marketposition/model/flows"
)

// Leicester places five people in Stroud's homes; Gloucestershire places two in Leicester's.
func ExampleAssess() {
	result, err := flows.Assess(flows.Input{
		Placements: []flows.Placement{
			place("2024-01", leicester, stroud, gloucestershire, 5), place("2024-01", gloucestershire, leicester, leicester, 2),
			place("2024-01", gloucestershire, stroud, gloucestershire, 80), place("2024-01", flows.Unknown, stroud, gloucestershire, 15),
		},
		Capacity: []flows.Capacity{{Period: "2024-01", District: stroud, Authority: gloucestershire, Beds: 125}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, a := range result.Periods[0].Authorities {
		fmt.Printf("%s: own %d, imported %d, unknown %d, exported %d, net import %+d\n", a.Code, a.Own, a.Imported, a.Unknown, a.Exported, a.NetImport())
	}
	if share, known := result.Periods[0].Districts[1].ImportedShare(); known {
		fmt.Printf("other councils use %.0f%% of Stroud's beds\n", 100*share)
	}
	// Output:
	// E06000016: own 0, imported 2, unknown 0, exported 5, net import -3
	// E10000013: own 80, imported 5, unknown 15, exported 2, net import +3
	// other councils use 4% of Stroud's beds
}
