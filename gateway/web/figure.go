package web

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// cell is a figure as it stands in a table.
type cell struct {
	// Text is the value, or in words which kind of nothing the figure is.
	Text string
	// IsValue says that Text is a value.
	IsValue bool
	// More is what belongs to the value: its range, or why there is none.
	More string
	// Formula is how it is worked out, where there is room to say it.
	Formula string
	// Basis is what the figure rests on, where the table does not say it for all.
	Basis *basis
}

// basis is what a figure rests on, in words. Two figures of one basis have equal ones.
type basis struct {
	AsAt, Coverage, Freshness string
	Illustrative              bool
	sources                   string
}

// Sources are the numbers of the sources in the page's list.
func (b basis) Sources() []string { return strings.Fields(b.sources) }

// citations are the numbers that a page gives its sources, by their ids.
type citations map[string]int

func (c citations) of(ids []string) string {
	var numbers []int
	for _, id := range ids {
		if n := c[id]; n > 0 {
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

func (c citations) basisOf(f *commonv1.Figure) basis {
	b := basis{
		AsAt: date(f.GetAsAt()), Illustrative: f.GetIllustrative(),
		sources: c.of(f.GetSourceIds()),
	}
	if answered := f.GetCoverage(); answered != nil {
		b.Coverage = fmt.Sprintf("%s of %s answered", number(float64(answered.GetResponding())), number(float64(answered.GetExpected())))
	}
	if age := f.GetFreshness(); age != nil {
		b.Freshness = freshness(age)
	}
	return b
}

func freshness(age *commonv1.Freshness) string {
	text := "answers of " + date(age.GetNewest())
	if age.GetOldest() != age.GetNewest() {
		text = "answers from " + date(age.GetOldest()) + " to " + date(age.GetNewest())
	}
	if age.GetNewest() == "" {
		text = "no answers"
	}
	switch stale := age.GetStale(); stale {
	case 0:
		return text
	case 1:
		return text + ", 1 of them stale"
	default:
		return fmt.Sprintf("%s, %s of them stale", text, number(float64(stale)))
	}
}

// cellOf writes a figure; without its unit if the column names it.
func cellOf(f *commonv1.Figure, unitInHead bool) cell {
	switch state := f.GetState().(type) {
	case *commonv1.Figure_Value:
		text := measured(state.Value, f.GetUnit())
		if unitInHead {
			text = number(state.Value)
		}
		return cell{Text: text, IsValue: true, More: rangeWords(f.GetRange())}
	case *commonv1.Figure_Hidden:
		return cell{Text: "Hidden", More: hiddenWords(state.Hidden.GetReason())}
	case *commonv1.Figure_NotCollected:
		return cell{Text: "Not collected", More: state.NotCollected.GetWhy()}
	case *commonv1.Figure_NotEnoughData:
		return cell{Text: "Not enough data", More: state.NotEnoughData.GetWhy()}
	default:
		return cell{Text: "No figure"}
	}
}

func rangeWords(r *commonv1.Range) string {
	if r == nil {
		return ""
	}
	text := number(r.GetLow()) + " to " + number(r.GetHigh())
	if r.GetMeaning() != "" {
		text += " (" + r.GetMeaning() + ")"
	}
	return text
}

func hiddenWords(reason commonv1.HiddenReason) string {
	switch reason {
	case commonv1.HiddenReason_HIDDEN_REASON_SMALL_NUMBER:
		return "a small number of people"
	case commonv1.HiddenReason_HIDDEN_REASON_SECONDARY:
		return "it would give away another hidden figure"
	case commonv1.HiddenReason_HIDDEN_REASON_FEW_CONTRIBUTORS:
		return "too few contributors"
	case commonv1.HiddenReason_HIDDEN_REASON_AUDIENCE:
		return "not for this audience"
	default:
		return "withheld"
	}
}
