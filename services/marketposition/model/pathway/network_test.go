package pathway

import (
	"context"
	"errors"
	"testing"

	"github.com/caremarket/caremarket/services/marketposition/model/stay"
)

// countdown is a context that has ended after it was looked at so many times.
type countdown struct {
	context.Context
	left int
}

func (c *countdown) Err() error {
	if c.left--; c.left < 0 {
		return context.DeadlineExceeded
	}
	return nil
}

// One replication of a million visits is given up within it, not after it.
func TestReplicationLooksAtItsContext(t *testing.T) {
	p, err := Input{
		Days: 3000, Replications: 1,
		Stages: []Stage{{
			Name: "home first", Places: 72, ArrivalsPerDay: []float64{300},
			Stay: stay.Spec{Shape: stay.Exponential, MeanDays: 0.2},
		}},
	}.plan()
	if err != nil {
		t.Fatal(err)
	}
	n := newNetwork(p, newTally(newShared(p)))
	if err := n.run(&countdown{Context: context.Background(), left: 5}, 0); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("replication under a context that ends: %v", err)
	}
	if n.steps != 6*stepsBetweenLooks {
		t.Errorf("%d steps were taken, want to stop at the sixth look, after %d", n.steps, 6*stepsBetweenLooks)
	}
}
