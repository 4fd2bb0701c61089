package cache

import (
	"context"
	"errors"
	"testing"

	"github.com/caremarket/caremarket/pkg/revision"
)

// A caller that found nothing may be about to take off when the flight of another one lands.
func TestAFlightLooksAgainBeforeItLoads(t *testing.T) {
	c, err := New(Config{Name: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	q, at := Question{Subject: "E07000082"}, revision.At(5)
	c.keep(q, &entry{body: []byte("body"), mark: at})
	answer, err := c.fly(t.Context(), flight{question: q, at: at, load: func(context.Context) (Loaded, error) {
		return Loaded{}, errors.New("loaded once more")
	}})
	if err != nil || string(answer.Body) != "body" || answer.Outcome != Local {
		t.Errorf("got %q, outcome %d, %v", answer.Body, answer.Outcome, err)
	}
}
