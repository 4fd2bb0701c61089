package check_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/services/marketposition/model/check"
)

func TestChecks(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	tests := []struct {
		name  string
		check func(*errs.Collector)
		want  string
	}{
		{"at least, on the bound", func(f *errs.Collector) { check.AtLeast(f, "x", 0, 0) }, ""},
		{"at least, below", func(f *errs.Collector) { check.AtLeast(f, "x", 0, -0.5) }, "must be a number of at least 0, not -0.5"},
		{"at least, not a number", func(f *errs.Collector) { check.AtLeast(f, "x", 0, nan) }, "must be a number of at least 0, not NaN"},
		{"at least, infinite", func(f *errs.Collector) { check.AtLeast(f, "x", 0, inf) }, "must be a number of at least 0, not +Inf"},
		{"between, on the low bound", func(f *errs.Collector) { check.Between(f, "x", 0, 1, 0) }, ""},
		{"between, on the high bound", func(f *errs.Collector) { check.Between(f, "x", 0, 1, 1) }, ""},
		{"between, over", func(f *errs.Collector) { check.Between(f, "x", 0, 1, 1.5) }, "must lie between 0 and 1, not at 1.5"},
		{"between, not a number", func(f *errs.Collector) { check.Between(f, "x", 0, 1, nan) }, "must lie between 0 and 1, not at NaN"},
		{"positive, on the bound", func(f *errs.Collector) { check.Positive(f, "x", 9, 9) }, ""},
		{"positive, at 0", func(f *errs.Collector) { check.Positive(f, "x", 9, 0) }, "must lie above 0 and up to 9, not at 0"},
		{"positive, not a number", func(f *errs.Collector) { check.Positive(f, "x", 9, nan) }, "must lie above 0 and up to 9, not at NaN"},
		{"whole, on the low bound", func(f *errs.Collector) { check.Whole(f, "x", 1, 3, 1) }, ""},
		{"whole, on the high bound", func(f *errs.Collector) { check.Whole(f, "x", 1, 3, 3) }, ""},
		{"whole, under", func(f *errs.Collector) { check.Whole(f, "x", 1, 3, 0) }, "must lie between 1 and 3, not at 0"},
		{"whole, over", func(f *errs.Collector) { check.Whole(f, "x", 1, 3, 4) }, "must lie between 1 and 3, not at 4"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var faults errs.Collector
			tt.check(&faults)
			var want []errs.Violation
			if tt.want != "" {
				want = []errs.Violation{{Field: "x", Description: tt.want}}
			}
			if diff := cmp.Diff(want, errs.Violations(faults.Err())); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
}
