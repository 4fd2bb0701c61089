package web

import (
	"html/template"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"google.golang.org/protobuf/reflect/protoreflect"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// initials are written as the field writes them.
var initials = map[string]string{
	"nhs": "NHS", "cqc": "CQC", "dspt": "Data Security and Protection Toolkit", "index": "concentration index",
}

// openAge is the name of an age group without an upper end: aged_65_plus, 65_plus.
var openAge = regexp.MustCompile(`\b(aged )?(\d+) plus\b`)

// words makes words of a field's or a value's name: registered_beds is "Registered beds".
func words(name string) string {
	parts := strings.Split(strings.ToLower(name), "_")
	for i, part := range parts {
		if written, ok := initials[part]; ok {
			parts[i] = written
		}
	}
	text := openAge.ReplaceAllString(strings.Join(parts, " "), "aged $2 and over")
	text = strings.NewReplacer("per 1000", "per 1,000", "non admittable", "not admittable", "65 plus", "aged 65 and over").Replace(text)
	return capital(text)
}

// capital writes text with a capital first.
func capital(text string) string {
	if text == "" {
		return ""
	}
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

// enumWords makes words of an enum's value; nothing of the one that stands for none.
func enumWords(e protoreflect.EnumDescriptor, n protoreflect.EnumNumber) string {
	value := e.Values().ByNumber(n)
	if n == 0 || value == nil {
		return ""
	}
	prefix := strings.TrimSuffix(string(e.Values().ByNumber(0).Name()), "UNSPECIFIED")
	return words(strings.TrimPrefix(string(value.Name()), prefix))
}

// enumText is enumWords of a generated enum.
func enumText(e protoreflect.Enum) string { return enumWords(e.Descriptor(), e.Number()) }

// date writes a day as people do; what is not a day stays as it is.
func date(iso string) string {
	day, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return iso
	}
	return day.Format("2 January 2006")
}

// number writes a value with commas between thousands, whole where it is whole and else to
// one place, or to three significant figures below 1.
func number(v float64) string {
	text := strconv.FormatFloat(v, 'f', 1, 64)
	if v > -1 && v < 1 {
		text = strconv.FormatFloat(v, 'g', 3, 64)
	}
	return grouped(strings.TrimSuffix(text, ".0"))
}

// pounds writes an amount of money, with pence unless there are none.
func pounds(v float64) string {
	text := grouped(strings.TrimSuffix(strconv.FormatFloat(v, 'f', 2, 64), ".00"))
	if amount, negative := strings.CutPrefix(text, minus); negative {
		return minus + "£" + amount
	}
	return "£" + text
}

const minus = "−"

// grouped puts commas between the thousands of a decimal number, and a minus sign for a
// hyphen.
func grouped(decimal string) string {
	decimal, negative := strings.CutPrefix(decimal, "-")
	integer, fraction, isFraction := strings.Cut(decimal, ".")
	for i := len(integer) - 3; i > 0; i -= 3 {
		integer = integer[:i] + "," + integer[i:]
	}
	if isFraction {
		integer += "." + fraction
	}
	if negative {
		return minus + integer
	}
	return integer
}

// measured writes a value with its unit.
func measured(v float64, unit commonv1.Unit) string {
	switch unit {
	case commonv1.Unit_UNIT_PERCENT:
		return number(v) + "%"
	case commonv1.Unit_UNIT_POUNDS:
		return pounds(v)
	case commonv1.Unit_UNIT_POUNDS_PER_HOUR:
		return pounds(v) + " an hour"
	case commonv1.Unit_UNIT_POUNDS_PER_WEEK:
		return pounds(v) + " a week"
	case commonv1.Unit_UNIT_PERCENT_OF_65_PLUS:
		return number(v) + "% of people aged 65 and over"
	default:
		return strings.TrimSpace(number(v) + " " + unitWords(unit))
	}
}

// unitWords says what is counted.
func unitWords(unit commonv1.Unit) string {
	text := strings.ToLower(enumText(unit))
	return strings.NewReplacer(" per week", " a week", "hhi points", "points (HHI)", "text", "").Replace(text)
}

// inCell reports whether a unit is written beside its value even in a column that has a
// unit of its own.
func inCell(unit commonv1.Unit) bool {
	switch unit {
	case commonv1.Unit_UNIT_PERCENT, commonv1.Unit_UNIT_POUNDS, commonv1.Unit_UNIT_UNSPECIFIED:
		return true
	default:
		return false
	}
}

// helpers are what templates call.
func helpers() template.FuncMap {
	return template.FuncMap{
		"capital": capital,
		"inc":     func(i int) int { return i + 1 },
		"kind":    func(k commonv1.SourceKind) string { return strings.ToLower(enumText(k)) },
	}
}
