package web

import (
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// gridsOf makes grids of all figures in a message, with the names of fields as headings:
// one of its own figures, one for each kind of part that is nothing but figures, and one
// for each list.
func gridsOf(caption string, m protoreflect.Message) []grid {
	var parts, lists []grid
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		field := fields.Get(i)
		switch {
		case field.Message() == nil || !m.Has(field) || isFigure(field):
		case field.IsList():
			lists = append(lists, gridsOfList(words(string(field.Name())), listOf(m, field))...)
		case len(figurePaths(field.Message())) > 0:
			parts = addPart(parts, field, m.Get(field).Message())
			lists = append(lists, listsOf(m.Get(field).Message())...)
		}
	}
	for i, part := range parts {
		if len(part.rows) == 1 { // its caption says already what it is of
			parts[i] = part.turned()
			parts[i].columns = []string{"Figure"}
		}
	}
	return slices.Concat(filled(ownGrid(caption, m)), parts, lists)
}

// ownGrid makes a grid of the figures that stand in a message itself.
func ownGrid(caption string, m protoreflect.Message) grid {
	own := grid{caption: caption, corner: "Measure", columns: []string{"Figure"}}
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		if field := fields.Get(i); isFigure(field) && !field.IsList() && m.Has(field) {
			own.rows = append(own.rows, gridRow{words(string(field.Name())), []*commonv1.Figure{figureOf(m.Get(field).Message())}})
		}
	}
	return own
}

func filled(g grid) []grid {
	if len(g.rows) == 0 {
		return nil
	}
	return []grid{g}
}

// addPart adds a part as a row to the grid before it, if that is of the same kind, or as a
// grid of its own, one row a figure.
func addPart(parts []grid, field protoreflect.FieldDescriptor, m protoreflect.Message) []grid {
	paths := figurePaths(field.Message())
	row := gridRow{words(string(field.Name())), figuresAt(m, paths)}
	heads := headings(paths)
	for i, g := range parts {
		if strings.Join(g.columns, "|") == strings.Join(heads, "|") {
			parts[i].rows = append(parts[i].rows, row)
			parts[i].caption += ", " + strings.ToLower(row.label)
			return parts
		}
	}
	return append(parts, grid{caption: row.label, corner: "Group", columns: heads, rows: []gridRow{row}})
}

// listsOf makes grids of the lists within a part.
func listsOf(m protoreflect.Message) []grid {
	var lists []grid
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		if field := fields.Get(i); field.IsList() && field.Message() != nil && m.Has(field) {
			lists = append(lists, gridsOfList(words(string(field.Name())), listOf(m, field))...)
		}
	}
	return lists
}

// entry is one entry of a list and what it is called.
type entry struct {
	label   []string
	message protoreflect.Message
}

func listOf(m protoreflect.Message, field protoreflect.FieldDescriptor) []protoreflect.Message {
	list := m.Get(field).List()
	all := make([]protoreflect.Message, list.Len())
	for i := range all {
		all[i] = list.Get(i).Message()
	}
	return all
}

// gridsOfList makes a grid of a list, a row an entry, and one of each list within its
// entries.
func gridsOfList(caption string, list []protoreflect.Message) []grid {
	entries := make([]entry, len(list))
	for i, m := range list {
		entries[i] = entry{[]string{labelOf(m)}, m}
	}
	return gridsOfEntries(caption, entries)
}

func gridsOfEntries(caption string, entries []entry) []grid {
	if len(entries) == 0 {
		return nil
	}
	kind := entries[0].message.Descriptor()
	paths := figurePaths(kind)
	if len(paths) == 0 {
		return nil
	}
	g := grid{caption: caption, corner: cornerOf(kind), columns: headings(paths)}
	for _, e := range entries {
		g.rows = append(g.rows, gridRow{strings.Join(e.label, ", "), figuresAt(e.message, paths)})
	}
	grids := []grid{g}
	fields := kind.Fields()
	for i := range fields.Len() {
		field := fields.Get(i)
		if !field.IsList() || field.Message() == nil || isFigure(field) {
			continue
		}
		var inner []entry
		for _, e := range entries {
			for _, m := range listOf(e.message, field) {
				inner = append(inner, entry{append(slices.Clip(e.label), labelOf(m)), m})
			}
		}
		grids = append(grids, gridsOfEntries(caption+": "+strings.ToLower(words(string(field.Name()))), inner)...)
	}
	return grids
}

// labelOf is what an entry is called: its title, else its keys in words.
func labelOf(m protoreflect.Message) string {
	var keys []string
	fields := m.Descriptor().Fields()
	if title := fields.ByName("title"); title != nil && m.Get(title).String() != "" {
		return m.Get(title).String()
	}
	for i := range fields.Len() {
		field := fields.Get(i)
		if field.IsList() || !m.Has(field) {
			continue
		}
		switch field.Kind() {
		case protoreflect.EnumKind:
			keys = append(keys, enumWords(field.Enum(), m.Get(field).Enum()))
		case protoreflect.StringKind:
			keys = append(keys, shortName(m.Get(field).String()))
		}
	}
	if span := spanOf(m); span != "" {
		keys = append(keys, span)
	}
	if len(keys) == 0 {
		return "All"
	}
	return strings.Join(keys, ", ")
}

// spanOf is what an entry spans, from one number to another: ages, or years.
func spanOf(m protoreflect.Message) string {
	fields := m.Descriptor().Fields()
	for _, of := range []string{"age", "year"} {
		from, to := fields.ByName(protoreflect.Name("from_"+of)), fields.ByName(protoreflect.Name("to_"+of))
		switch {
		case from == nil || to == nil:
		case m.Has(to):
			return m.Get(from).String() + " to " + m.Get(to).String()
		default:
			return m.Get(from).String() + " and over"
		}
	}
	return ""
}

// shortName is the last part of a resource's name; other text stays as it is.
func shortName(text string) string {
	if kind, id, found := strings.Cut(text, "/"); found && !strings.ContainsAny(kind, " .,") {
		return id
	}
	return text
}

func cornerOf(kind protoreflect.MessageDescriptor) string {
	fields := kind.Fields()
	for i := range fields.Len() {
		if field := fields.Get(i); field.Message() == nil {
			return words(string(field.Name()))
		}
	}
	return "Group"
}
