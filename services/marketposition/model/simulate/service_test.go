package simulate

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

// One replication of a million people is given up within it, not after it.
func TestReplicationLooksAtItsContext(t *testing.T) {
	p, err := Input{
		Days: 3000, ArrivalsPerDay: []float64{300}, Places: 72,
		Stay: stay.Spec{Shape: stay.Exponential, MeanDays: 0.2}, Replications: 1,
	}.plan()
	if err != nil {
		t.Fatal(err)
	}
	s := newService(p, newTally(newShared(p)))
	if err := s.run(&countdown{Context: context.Background(), left: 5}, 0); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("replication under a context that ends: %v", err)
	}
	if s.steps != 6*stepsBetweenLooks {
		t.Errorf("%d steps were taken, want to stop at the sixth look, after %d", s.steps, 6*stepsBetweenLooks)
	}
}
