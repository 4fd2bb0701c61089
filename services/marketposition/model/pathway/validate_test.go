package pathway_test

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/services/marketposition/model/pathway"
)

func TestValidateNamesEveryFault(t *testing.T) {
	tests := []struct {
		name   string
		change func(*pathway.Input)
		fields string
	}{
		{"sound", func(*pathway.Input) {}, ""},
		{"nothing given", func(in *pathway.Input) { *in = pathway.Input{} }, "stages days replications"},
		{"no name", func(in *pathway.Input) { in.Stages[0].Name = "" }, "stages[0].name"},
		{
			"a name twice", func(in *pathway.Input) { in.Stages[1].Name = "Home First" },
			"stages[0].next[0].to stages[1].name",
		},
		{"no places", func(in *pathway.Input) { in.Stages[0].Places = 0 }, "stages[0].places"},
		{"places and unlimited", func(in *pathway.Input) { in.Stages[0].Unlimited = true }, "stages[0].unlimited"},
		{
			"negative people", func(in *pathway.Input) { in.Stages[1].InitialOccupied, in.Stages[1].InitialWaiting = -1, -1 },
			"stages[1].initial_occupied stages[1].initial_waiting",
		},
		{
			"more wait than may", func(in *pathway.Input) { in.Stages[1].QueueLimit, in.Stages[1].InitialWaiting = new(2), 3 },
			"stages[1].initial_waiting",
		},
		{"negative limit", func(in *pathway.Input) { in.Stages[1].QueueLimit = new(-1) }, "stages[1].queue_limit"},
		{
			"arrivals not a number", func(in *pathway.Input) { in.Stages[0].ArrivalsPerDay = []float64{math.NaN()} },
			"stages[0].arrivals_per_day[0]",
		},
		{
			"arrivals of some days", func(in *pathway.Input) { in.Stages[0].ArrivalsPerDay = []float64{1, 2} },
			"stages[0].arrivals_per_day",
		},
		{"negative stay", func(in *pathway.Input) { in.Stages[1].Stay = fixed(-1) }, "stages[1].stay.mean_days"},
		{"unknown rule", func(in *pathway.Input) { in.Stages[1].Remaining = "half" }, "stages[1].remaining"},
		{"probabilities above one", func(in *pathway.Input) {
			in.Stages[0].Next = []pathway.Transfer{{To: "Reablement", Probability: 0.7}, {To: "Home First", Probability: 0.4}}
		}, "stages[0].next"},
		{
			"a negative probability", func(in *pathway.Input) { in.Stages[0].Next[0].Probability = -0.5 },
			"stages[0].next[0].probability",
		},
		{"to nowhere", func(in *pathway.Input) { in.Stages[0].Next[0].To = "Mars" }, "stages[0].next[0].to"},
		{"to the same twice", func(in *pathway.Input) {
			in.Stages[0].Next = append(in.Stages[0].Next, pathway.Transfer{To: "Reablement", Probability: 0.1})
		}, "stages[0].next[1].to"},
		{"no way out", func(in *pathway.Input) {
			in.Stages[0].Next[0].Probability = 1
			in.Stages[1].Next = []pathway.Transfer{{To: "Home First", Probability: 1}}
		}, "stages[0].next stages[1].next"},
		{"a way out that nobody takes", func(in *pathway.Input) {
			in.Stages[0].Next = []pathway.Transfer{{To: "Home First", Probability: 1}, {To: "Reablement"}}
		}, "stages[0].next"},
		{"hardly a way out", func(in *pathway.Input) {
			in.Stages[0].Next[0].Probability = 1
			in.Stages[1].Next = []pathway.Transfer{{To: "Home First", Probability: 1 - 1e-8}}
		}, "days replications"},
		{"10^9 replications", func(in *pathway.Input) { in.Replications = 1e9 }, "replications"},
		{"10^9 days", func(in *pathway.Input) { in.Days = 1e9 }, "days"},
		{"too many stages", func(in *pathway.Input) { in.Stages = make([]pathway.Stage, 1000) }, "stages"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := gloucestershire(100, 10)
			tt.change(&in)
			_, err := pathway.Run(context.Background(), in)
			var fields []string
			for _, v := range errs.Violations(err) {
				fields = append(fields, v.Field)
			}
			if got := strings.Join(fields, " "); got != tt.fields {
				t.Errorf("faults at %q, want %q (%v)", got, tt.fields, err)
			}
			if _, err := pathway.Traffic(in); strings.Contains(tt.fields, "stages") && err == nil {
				t.Error("Traffic sees no fault")
			}
		})
	}
}
