package goldentest_test

import (
	"testing"

	"github.com/caremarket/caremarket/pkg/goldentest"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// heard is a test that notes what it is told instead of failing.
type heard struct {
	testing.TB
	errors int
}

func (h *heard) Helper()               {}
func (h *heard) Errorf(string, ...any) { h.errors++ }

func TestCheckTellsWhatDiffers(t *testing.T) {
	h := &heard{TB: t}
	goldentest.Check(h, "coverage", &commonv1.Coverage{Responding: 3, Expected: 4})
	if h.errors != 0 {
		t.Errorf("the same is told as %d differences", h.errors)
	}
	goldentest.Check(h, "coverage", &commonv1.Coverage{Responding: 2, Expected: 4})
	if h.errors != 1 {
		t.Errorf("another is told as %d differences", h.errors)
	}
}
