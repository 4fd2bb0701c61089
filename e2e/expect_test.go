package e2e_test

import (
	"testing"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// expect checks that a figure is a value that rests on illustrative data.
func expect(t *testing.T, what string, f *commonv1.Figure, want float64) {
	t.Helper()
	if _, ok := f.GetState().(*commonv1.Figure_Value); !ok || f.GetValue() != want || !f.GetIllustrative() {
		t.Errorf("%s: %v, want an illustrative %v", what, f, want)
	}
}
