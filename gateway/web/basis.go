package web

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// basis is what figures rest on, in words; what is empty is not said.
type basis struct {
	AsAt, Coverage, Freshness string
	Illustrative              bool
	sources                   string
}

// Sources are the numbers of the sources in the page's list.
func (b basis) Sources() []string { return strings.Fields(b.sources) }

// shared is what two bases have in common.
func (b basis) shared(other basis) basis {
	return basis{
		AsAt: same(b.AsAt, other.AsAt), Coverage: same(b.Coverage, other.Coverage), Freshness: same(b.Freshness, other.Freshness),
		Illustrative: b.Illustrative && other.Illustrative, sources: same(b.sources, other.sources),
	}
}

// beyond is what b says and an outer basis has not said already.
func (b basis) beyond(outer basis) basis {
	return basis{
		AsAt: unless(b.AsAt, outer.AsAt), Coverage: unless(b.Coverage, outer.Coverage), Freshness: unless(b.Freshness, outer.Freshness),
		Illustrative: b.Illustrative && !outer.Illustrative, sources: unless(b.sources, outer.sources),
	}
}

func same(a, b string) string {
	if a == b {
		return a
	}
	return ""
}

func unless(text, said string) string {
	if said != "" {
		return ""
	}
	return text
}

// citations say what figures rest on, with the numbers that a page gives its sources.
type citations struct {
	numbers map[string]int
	// brief leaves out the days of answers, where many figures stand side by side.
	brief bool
}

// cite numbers sources in their order.
func cite(sources []*commonv1.Source) citations {
	c := citations{numbers: map[string]int{}}
	for i, source := range sources {
		c.numbers[source.GetId()] = i + 1
	}
	return c
}

// of writes the numbers of sources in order.
func (c citations) of(ids ...string) string {
	var numbers []int
	for _, id := range ids {
		if n := c.numbers[id]; n > 0 {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	var text []string
	for _, n := range slices.Compact(numbers) {
		text = append(text, strconv.Itoa(n))
	}
	return strings.Join(text, " ")
}

// list are the numbers of sources.
func (c citations) list(ids ...string) []string { return strings.Fields(c.of(ids...)) }

// basisOf says what a figure rests on.
func (c citations) basisOf(f *commonv1.Figure) basis {
	b := basis{AsAt: date(f.GetAsAt()), Illustrative: f.GetIllustrative(), sources: c.of(f.GetSourceIds()...)}
	if answered := f.GetCoverage(); answered != nil {
		b.Coverage = fmt.Sprintf("%s of %s answered", number(float64(answered.GetResponding())), number(float64(answered.GetExpected())))
	}
	if age := f.GetFreshness(); age != nil {
		b.Freshness = c.freshness(age)
	}
	return b
}

func (c citations) freshness(age *commonv1.Freshness) string {
	stale := ""
	if n := age.GetStale(); n > 0 {
		stale = number(float64(n)) + " stale"
	}
	switch {
	case c.brief:
		return stale
	case age.GetNewest() == "":
		return "no answers"
	}
	text := "answers of " + date(age.GetNewest())
	if age.GetOldest() != age.GetNewest() {
		text = "answers from " + date(age.GetOldest()) + " to " + date(age.GetNewest())
	}
	if stale != "" {
		text += ", " + stale
	}
	return text
}
