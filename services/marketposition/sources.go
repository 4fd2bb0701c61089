package marketposition

import (
	"maps"
	"slices"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// eachCitation calls visit for the id of every source that a message names, in its figures
// or beside its texts, and puts what visit returns in its place.
func eachCitation(m protoreflect.Message, visit func(id string) string) {
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
				eachCitation(list.Get(i).Message(), visit)
			}
		default:
			eachCitation(value.Message(), visit)
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

// cited returns the ids of the sources that a message names, sorted.
func cited(m proto.Message) []string {
	ids := map[string]struct{}{}
	eachCitation(m.ProtoReflect(), func(id string) string {
		ids[id] = struct{}{}
		return id
	})
	return slices.Sorted(maps.Keys(ids))
}

// merge adds the sources of a market's answer to those of the statement. Where an id
// stands for another source already, the market's own gets the market's name before it;
// the answer is told by renamed.
func merge(all figure.Sources, service string, own []*commonv1.Source) (renamed map[string]string) {
	renamed = map[string]string{}
	for _, source := range own {
		id := source.GetId()
		if there, taken := all[id]; taken && !proto.Equal(there, source) {
			renamed[id] = service + "." + id
			source = proto.CloneOf(source)
			source.Id = renamed[id]
		}
		all[source.GetId()] = source
	}
	return renamed
}

// illustrative reports whether any of the sources is made up.
func illustrative(sources []*commonv1.Source) bool {
	return slices.ContainsFunc(sources, func(s *commonv1.Source) bool {
		return s.GetKind() == commonv1.SourceKind_SOURCE_KIND_ILLUSTRATIVE
	})
}
