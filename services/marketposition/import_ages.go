package marketposition

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/caremarket/caremarket/services/marketposition/facts"

	"github.com/caremarket/caremarket/services/marketposition/model/need"
)

// The ways in which ONS writes ages: "Aged 65 years", "Age 65 to 69", "90+", "Aged 100
// years and over", "Aged under 1 year", "All Ages".
var (
	everyAge  = regexp.MustCompile(`^(all ages|all categories\b.*|total\b.*|all usual residents)$`)
	underAge  = regexp.MustCompile(`^(?:aged? )?under (\d{1,3})(?: years?)?$`)
	openAge   = regexp.MustCompile(`^(?:aged? )?(\d{1,3}) ?(?:\+|plus|(?:years? )?(?:and|or) (?:over|older))$`)
	spanOfAge = regexp.MustCompile(`^(?:aged? )?(\d{1,3}) ?(?:-|–|to) ?(\d{1,3})(?: years?)?$`)
	singleAge = regexp.MustCompile(`^(?:aged? )?(\d{1,3})(?: years?)?$`)
)

// parseAges reads a band of ages; all is true for everyone together.
func parseAges(text string) (band need.AgeBand, all bool, err error) {
	plain := strings.ToLower(strings.Join(strings.Fields(text), " "))
	if everyAge.MatchString(plain) {
		return band, true, nil
	}
	if m := underAge.FindStringSubmatch(plain); m != nil {
		band = need.AgeBand{From: 0, To: years(m[1]) - 1}
	} else if m := openAge.FindStringSubmatch(plain); m != nil {
		band = facts.From(years(m[1]))
	} else if m := spanOfAge.FindStringSubmatch(plain); m != nil {
		band = need.AgeBand{From: years(m[1]), To: years(m[2])}
	} else if m := singleAge.FindStringSubmatch(plain); m != nil {
		band = need.AgeBand{From: years(m[1]), To: years(m[1])}
	} else {
		return band, false, fmt.Errorf("%q is not an age such as 65, 65 to 69 or 90+", text)
	}
	if band.To < band.From {
		return need.AgeBand{}, false, fmt.Errorf("%q ends before it begins", text)
	}
	return band, false, nil
}

// years reads the digits that a pattern has matched.
func years(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	return n
}

// finest returns those of the bands that are not made up of narrower ones, in rising
// order: files give broad groups beside single years. Why says where what is left has a
// hole or an overlap.
func finest(bands []need.AgeBand) (kept []need.AgeBand, why string) {
	narrowFirst := slices.Clone(bands)
	slices.SortFunc(narrowFirst, func(a, b need.AgeBand) int {
		if wa, wb := a.To-a.From, b.To-b.From; wa != wb {
			return wa - wb
		}
		return a.From - b.From
	})
	for _, b := range narrowFirst {
		if !slices.ContainsFunc(kept, func(k need.AgeBand) bool { return k.From <= b.To && b.From <= k.To }) {
			kept = append(kept, b)
		}
	}
	slices.SortFunc(kept, func(a, b need.AgeBand) int { return a.From - b.From })
	for i, b := range kept {
		if i > 0 && b.From != kept[i-1].To+1 {
			return kept, fmt.Sprintf("ages %d to %d are missing", kept[i-1].To+1, b.From-1)
		}
	}
	switch {
	case len(kept) == 0:
		return nil, "there is no age"
	case kept[len(kept)-1].To != need.AndOver:
		return kept, fmt.Sprintf("ages over %d are missing", kept[len(kept)-1].To)
	default:
		return kept, ""
	}
}
