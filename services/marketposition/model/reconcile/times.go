package reconcile

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/caremarket/caremarket/pkg/errs"
)

// TimesInWords says that one figure is so many times another, as a text puts it: "nearly four times",
// "more than double", "4.5 times".
type TimesInWords struct {
	From, To, Words string
}

func (t TimesInWords) claims() []string { return []string{t.From, t.To} }

func (t TimesInWords) check(faults *errs.Collector, field string, b book) {
	checkPositive(faults, field+".from", b, t.From)
	if _, err := b.parseTimes(t.Words); err != nil {
		faults.Add(field+".words", "%v", err)
	}
}

func (t TimesInWords) compare(b book) Check {
	said, err := b.parseTimes(t.Words)
	implied := b.interval(t.To).over(b.interval(t.From))
	agrees := err == nil && implied.meets(said)
	return Check{
		Rule: "ratio in words", Implied: implied, Published: said, Agrees: agrees,
		Says: fmt.Sprintf("%s to %s is %s times, %s", b.text(t.From), b.text(t.To), rounded(implied.Central), verdict(agrees, t.Words)),
	}
}

// parseTimes reads a ratio in words: a qualifier or none, a number in words or digits, "times" or none.
// Words and whole digits stand for anything that rounds to them, decimals likewise to their last place.
func (b book) parseTimes(text string) (Interval, error) {
	words := strings.Fields(strings.ToLower(text))
	if n := len(words); n > 1 && (words[n-1] == "times" || words[n-1] == "fold") {
		words = words[:n-1]
	}
	if len(words) == 0 {
		return Interval{}, fmt.Errorf("%q says no number", text)
	}
	value, rounding, ok := parseNumber(strings.TrimSuffix(words[len(words)-1], "-fold"))
	if !ok {
		return Interval{}, fmt.Errorf("%q does not end in a number, such as nearly four times", text)
	}
	qualifier := strings.Join(words[:len(words)-1], " ")
	if _, known := b.meanings[qualifier]; qualifier != "" && known {
		return b.qualified(value, 0, qualifier), nil
	} else if qualifier != "" {
		return Interval{}, fmt.Errorf("%q: the meanings do not say what %q allows", text, qualifier)
	}
	return b.qualified(value, rounding, ""), nil
}

// parseNumber reads a number above nought in words or digits, and the step it is rounded to.
func parseNumber(word string) (value, rounding float64, ok bool) {
	for i, synonyms := range [...]string{
		"one", "two twice double doubled", "three thrice treble trebled triple tripled", "four quadruple quadrupled",
		"five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
	} {
		for synonym := range strings.FieldsSeq(synonyms) {
			if word == synonym {
				return float64(i + 1), 1, true
			}
		}
	}
	if strings.Trim(word, "0123456789.") != "" {
		return 0, 0, false
	}
	value, err := strconv.ParseFloat(word, 64)
	if err != nil || !(value > 0) || math.IsInf(value, 0) {
		return 0, 0, false
	}
	_, decimals, _ := strings.Cut(word, ".")
	return value, math.Pow10(-len(decimals)), true
}
