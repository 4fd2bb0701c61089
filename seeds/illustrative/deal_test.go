package illustrative

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestDeal(t *testing.T) {
	for name, c := range map[string]struct {
		total           int
		weights, limits []int
		want            []int
	}{
		"nothing to deal":               {0, []int{3, 1}, nil, []int{0, 0}},
		"nobody to deal to":             {5, nil, nil, []int{}},
		"exact":                         {8, []int{3, 1}, nil, []int{6, 2}},
		"largest remainder":             {10, []int{5, 3, 2, 1}, nil, []int{4, 3, 2, 1}},
		"equal remainders to the first": {2, []int{1, 1, 1}, nil, []int{1, 1, 0}},
		"no weight at all":              {3, []int{0, 0}, nil, []int{2, 1}},
		"no weight, no share":           {3, []int{1, 0}, nil, []int{3, 0}},
		"limit met, the rest dealt on":  {10, []int{8, 1, 1}, []int{4, 9, 9}, []int{4, 3, 3}},
		"weightless take what is left":  {5, []int{1, 0}, []int{3, 4}, []int{3, 2}},
		"above all limits":              {9, []int{1, 1}, []int{2, 3}, []int{2, 3}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, deal(c.total, c.weights, c.limits)); diff != "" {
				t.Errorf("deal (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDealProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(t, "n")
		number := rapid.IntRange(0, 5000)
		weights := rapid.SliceOfN(number, n, n).Draw(t, "weights")
		limits := rapid.SliceOfN(number, n, n).Draw(t, "limits")
		total := rapid.IntRange(0, sum(limits)).Draw(t, "total")
		free, limited := deal(total, weights, nil), deal(total, weights, limits)
		if sum(free) != total || sum(limited) != total {
			t.Fatalf("dealt %d and %d of %d", sum(free), sum(limited), total)
		}
		for i := range weights {
			if limited[i] < 0 || limited[i] > limits[i] {
				t.Errorf("%d got %d, its limit is %d", i, limited[i], limits[i])
			}
			if whole := sum(weights); whole > 0 {
				exact := total * weights[i]
				if free[i] < exact/whole || free[i] > exact/whole+1 {
					t.Errorf("%d got %d, its exact share is %d/%d", i, free[i], exact, whole)
				}
			}
		}
	})
}

func TestSheetsDealWithinTheirColumns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(t, "parts")
		weights := rapid.SliceOfN(rapid.IntRange(0, 20_000), n, n).Draw(t, "weights")
		for _, s := range []*sheet{careHomes, homeCare, housing} {
			whole := counts{}
			for _, c := range s.columns {
				most := 10_000
				if limit, limited := c.limit(whole); limited {
					most = limit
				}
				if c.by != "" && whole[c.by] == 0 {
					most = 0
				}
				whole[c.name] = rapid.IntRange(0, most).Draw(t, s.name+" "+c.name)
			}
			dealt := counts{}
			for _, part := range s.deal(whole, weights) {
				for _, c := range s.columns {
					dealt[c.name] += part[c.name]
					if limit, limited := c.limit(part); limited && part[c.name] > limit {
						t.Errorf("%s: %s is %d, more than %s, %d", s.name, c.name, part[c.name], c.limitName(), limit)
					}
				}
			}
			if diff := cmp.Diff(whole, dealt); diff != "" {
				t.Errorf("%s: the parts do not add up (-whole +parts):\n%s", s.name, diff)
			}
		}
	})
}
