package facts

import (
	"maps"
	"slices"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// EachCitation calls visit for the id of every source that a message names, in its figures
// or beside its texts, and puts what visit returns in its place.
func EachCitation(m protoreflect.Message, visit func(id string) string) {
	m.Range(func(fd protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		switch {
		case fd.Name() == "source_id" && fd.Kind() == protoreflect.StringKind:
			replace(value.String(), visit, func(id protoreflect.Value) { m.Set(fd, id) })
		case fd.Name() == "source_ids" && fd.IsList():
			list := value.List()
			for i := range list.Len() {
				replace(list.Get(i).String(), visit, func(id protoreflect.Value) { list.Set(i, id) })
			}
		case fd.Message() == nil || fd.IsMap():
		case fd.IsList():
			for i, list := 0, value.List(); i < list.Len(); i++ {
				EachCitation(list.Get(i).Message(), visit)
			}
		default:
			EachCitation(value.Message(), visit)
		}
		return true
	})
}

// replace writes only what differs, so that reading a message never changes it.
func replace(id string, visit func(string) string, set func(protoreflect.Value)) {
	if now := visit(id); now != id {
		set(protoreflect.ValueOfString(now))
	}
}

// Cited returns the ids of the sources that a message names, sorted.
func Cited(m proto.Message) []string {
	ids := map[string]struct{}{}
	EachCitation(m.ProtoReflect(), func(id string) string {
		ids[id] = struct{}{}
		return id
	})
	return slices.Sorted(maps.Keys(ids))
}
