package download

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// formulaStarts are what a formula can begin with, in both widths.
const formulaStarts = "=+-@\t\n＝＋－＠"

// text is a cell of text. Where a spreadsheet would take it for a formula, an apostrophe
// keeps it text (OWASP, CSV injection). Lines in it end in LF, until the file is written.
func text(s string) string {
	s = strings.ReplaceAll(s, "\r", "")
	if first, _ := utf8.DecodeRuneInString(s); s != "" && strings.ContainsRune(formulaStarts, first) {
		return "'" + s
	}
	return s
}

// number is a cell with a number, all its digits and no more.
func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func whole(v int32) string { return strconv.Itoa(int(v)) }

// cell writes a field of m. What is absent is empty.
func cell(m protoreflect.Message, field protoreflect.FieldDescriptor) string {
	switch {
	case field.IsList():
		list := m.Get(field).List()
		parts := make([]string, list.Len())
		for i := range parts {
			parts[i] = value(field, list.Get(i))
		}
		return text(strings.Join(parts, "; "))
	case field.HasPresence() && !m.Has(field):
		return ""
	case field.Kind() == protoreflect.StringKind:
		return text(m.Get(field).String())
	default:
		return value(field, m.Get(field))
	}
}

// value writes one value of a field.
func value(field protoreflect.FieldDescriptor, v protoreflect.Value) string {
	switch field.Kind() {
	case protoreflect.EnumKind:
		return enum(field.Enum(), v.Enum())
	case protoreflect.MessageKind:
		return moment(v.Message())
	case protoreflect.FloatKind, protoreflect.DoubleKind:
		return number(v.Float())
	default:
		return v.String()
	}
}

// enum writes a value's name as the API takes it, without the prefix; nothing for the one
// that stands for none.
func enum(e protoreflect.EnumDescriptor, n protoreflect.EnumNumber) string {
	named := e.Values().ByNumber(n)
	switch {
	case n == 0:
		return ""
	case named == nil:
		return strconv.Itoa(int(n))
	default:
		prefix := strings.TrimSuffix(string(e.Values().ByNumber(0).Name()), "UNSPECIFIED")
		return strings.TrimPrefix(string(named.Name()), prefix)
	}
}

func moment(m protoreflect.Message) string {
	at, ok := m.Interface().(*timestamppb.Timestamp)
	if !ok {
		return ""
	}
	return at.AsTime().Format(time.RFC3339Nano)
}

// isCell reports whether a field's value goes into one cell.
func isCell(field protoreflect.FieldDescriptor) bool {
	return field.Message() == nil || !field.IsList() && field.Message().FullName() == "google.protobuf.Timestamp"
}
