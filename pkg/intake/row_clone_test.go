package intake_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caremarket/caremarket/pkg/intake"
)

// A row is only good until the next; its clone is good for longer, with what was wrong.
func TestAClonedRowOutlivesTheNext(t *testing.T) {
	rows, err := intake.Open(intake.FromBytes("t.csv", []byte("a,b\n1,x\n2,y\n")), intake.Layout{Name: "t", Columns: []string{"a", "b"}})
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var kept []*intake.Row
	for row, err := range rows.All(t.Context(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		row.Count("b")
		kept = append(kept, row.Clone())
		row.Fault("a", "noted on the row alone")
	}
	rejects := intake.NewRejects(nil)
	var got []string
	for _, row := range kept {
		got = append(got, row.Text("a")+row.Text("b"))
		rejects.Add(row)
	}
	if diff := cmp.Diff([]string{"1x", "2y"}, got); diff != "" {
		t.Errorf("cells (-want +got)\n%s", diff)
	}
	for _, r := range rejects.First {
		if len(r.Faults) != 1 || r.Faults[0].Field != "b" {
			t.Errorf("faults %v", r)
		}
	}
}
