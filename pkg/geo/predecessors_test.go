package geo_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caremarket/caremarket/pkg/geo"
)

func TestPredecessors(t *testing.T) {
	atlas := atlasOf(t, miniature(), today)
	for name, test := range map[string]struct {
		code geo.Code
		want []geo.Code
	}{
		"merged, once and twice over": {unitary, []geo.Code{"E07000090", "E07000091"}},
		"a part of one divided":       {eastShire, []geo.Code{"E07000092"}},
		"unknown":                     {"E07009999", nil},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, atlas.Predecessors(test.code)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
