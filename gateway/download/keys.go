package download

import (
	"slices"
	"strings"
	"unicode"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// holds remembers which messages hold figures.
type holds map[protoreflect.FullName]bool

func newHolds() holds { return holds{figureName: true} }

// figures reports whether a message holds figures, at any depth.
func (h holds) figures(m protoreflect.MessageDescriptor) bool {
	known, seen := h[m.FullName()]
	if seen {
		return known
	}
	h[m.FullName()] = false // so that a message within itself comes to an end
	fields := m.Fields()
	for i := range fields.Len() {
		if inner := fields.Get(i).Message(); inner != nil && h.figures(inner) {
			h[m.FullName()] = true
			break
		}
	}
	return h[m.FullName()]
}

// inField reports whether a field is a message, or a list of them, that holds figures and
// is none itself.
func (h holds) inField(field protoreflect.FieldDescriptor) bool {
	return field.Message() != nil && !isFigure(field.Message()) && h.figures(field.Message())
}

// eachKey visits the fields that tell an entry of a list from the others, with the name of
// their column and the path to them: all that is neither a figure nor a list, also of its
// parts. An entry that is a whole answer by itself, with a known_at, is told by its
// context.
func (h holds) eachKey(m protoreflect.MessageDescriptor, visit func(column string, path []protoreflect.FieldDescriptor)) {
	if m.Fields().ByName("known_at") != nil {
		return
	}
	h.eachPart(m, "", nil, visit)
}

func (h holds) eachPart(m protoreflect.MessageDescriptor, prefix string, above []protoreflect.FieldDescriptor,
	visit func(column string, path []protoreflect.FieldDescriptor),
) {
	fields := m.Fields()
	for i := range fields.Len() {
		field := fields.Get(i)
		path := append(slices.Clip(above), field)
		switch {
		case isCell(field):
			if column, ok := keyColumn(m, prefix, string(field.Name())); ok {
				visit(column, path)
			}
		case !field.IsList() && !h.figures(field.Message()):
			h.eachPart(field.Message(), prefix+string(field.Name())+".", path, visit)
		}
	}
}

// keyColumn names the column of a key; ok is false for what is context already. A key that
// is called as another column carries the name of its message before its own.
func keyColumn(m protoreflect.MessageDescriptor, prefix, name string) (column string, ok bool) {
	switch {
	case prefix != "":
		return prefix + name, true
	case slices.Contains(contextColumns, name):
		return "", false
	case name == tableColumn || slices.Contains(figureColumns, name):
		return snake(string(m.Name())) + "_" + name, true
	default:
		return name, true
	}
}

// snake writes CareHomeCapacity as care_home_capacity.
func snake(name string) string {
	var out strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			out.WriteByte('_')
		}
		out.WriteRune(unicode.ToLower(r))
	}
	return out.String()
}
