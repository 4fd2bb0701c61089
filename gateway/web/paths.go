package web

import (
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

var figureName = (*commonv1.Figure)(nil).ProtoReflect().Descriptor().FullName()

func isFigure(field protoreflect.FieldDescriptor) bool {
	return field.Message() != nil && field.Message().FullName() == figureName
}

func figureOf(m protoreflect.Message) *commonv1.Figure {
	f, _ := m.Interface().(*commonv1.Figure)
	return f
}

// figurePath leads to a figure within a message, through parts and not through lists.
type figurePath []protoreflect.FieldDescriptor

// figurePaths finds the figures of a kind of message, in the order of its fields.
func figurePaths(kind protoreflect.MessageDescriptor) []figurePath {
	var paths []figurePath
	fields := kind.Fields()
	for i := range fields.Len() {
		field := fields.Get(i)
		switch {
		case field.Message() == nil || field.IsList() || field.IsMap():
		case isFigure(field):
			paths = append(paths, figurePath{field})
		default:
			for _, inner := range figurePaths(field.Message()) {
				paths = append(paths, slices.Concat(figurePath{field}, inner))
			}
		}
	}
	return paths
}

// figuresAt reads the figures of a message; nil where there is none.
func figuresAt(m protoreflect.Message, paths []figurePath) []*commonv1.Figure {
	found := make([]*commonv1.Figure, len(paths))
	for i, path := range paths {
		found[i] = path.in(m)
	}
	return found
}

func (p figurePath) in(m protoreflect.Message) *commonv1.Figure {
	for _, field := range p {
		if !m.Has(field) {
			return nil
		}
		m = m.Get(field).Message()
	}
	return figureOf(m)
}

// headings names each path by its figure, with the part it is in where two would be called
// the same.
func headings(paths []figurePath) []string {
	heads := make([]string, len(paths))
	for i, path := range paths {
		heads[i] = words(string(path[len(path)-1].Name()))
	}
	for i, path := range paths {
		if len(path) > 1 && strings.Count("|"+strings.Join(heads, "|")+"|", "|"+heads[i]+"|") > 1 {
			heads[i] = words(string(path[len(path)-2].Name())) + ": " + strings.ToLower(heads[i])
		}
	}
	return heads
}

// words says what a path leads to: "Older people: occupancy".
func (p figurePath) words() string {
	last := words(string(p[len(p)-1].Name()))
	for i := len(p) - 2; i >= 0; i-- {
		if part := string(p[i].Name()); part != "capacity" {
			return words(part) + ": " + strings.ToLower(last[:1]) + last[1:]
		}
	}
	return last
}
