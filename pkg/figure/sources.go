package figure

import (
	"maps"
	"slices"
	"strconv"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Sources is the list of sources of one message, by id.
type Sources map[string]*commonv1.Source

var own = &commonv1.Source{
	Id: "provider-return", Kind: commonv1.SourceKind_SOURCE_KIND_PROVIDER_RETURN,
	Title: "Returns made by providers to this system",
}

// Own returns the source of returns that providers make to this system directly.
func Own() *commonv1.Source { return own }

// Named returns those of ids that are known, in order of id.
func (s Sources) Named(ids ...string) []*commonv1.Source {
	sorted := slices.Clone(ids)
	slices.Sort(sorted)
	var out []*commonv1.Source
	for _, id := range slices.Compact(sorted) {
		if src, ok := s[id]; ok {
			out = append(out, src)
		}
	}
	return out
}

// Cited returns the sources that the figures of a message refer to, in order of id, so
// that a message lists what it rests on and nothing else.
func (s Sources) Cited(m proto.Message) []*commonv1.Source {
	ids := map[string]struct{}{}
	Each(m, func(_ string, f *commonv1.Figure) {
		for _, id := range f.GetSourceIds() {
			ids[id] = struct{}{}
		}
	})
	return s.Named(slices.Collect(maps.Keys(ids))...)
}

// Each calls visit for every figure of a message with the path of its field, such as
// "bed_types[2].use.used", in the order of the fields.
func Each(m proto.Message, visit func(path string, f *commonv1.Figure)) {
	each("", m.ProtoReflect(), visit)
}

var figureName = (*commonv1.Figure)(nil).ProtoReflect().Descriptor().FullName()

func each(path string, m protoreflect.Message, visit func(string, *commonv1.Figure)) {
	if m.Descriptor().FullName() == figureName {
		if f, ok := m.Interface().(*commonv1.Figure); ok {
			visit(path, f)
		}
		return
	}
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		fd := fields.Get(i)
		if fd.Message() == nil || fd.IsMap() || !m.Has(fd) {
			continue
		}
		sub := string(fd.Name())
		if path != "" {
			sub = path + "." + sub
		}
		if !fd.IsList() {
			each(sub, m.Get(fd).Message(), visit)
			continue
		}
		for j, list := 0, m.Get(fd).List(); j < list.Len(); j++ {
			each(sub+"["+strconv.Itoa(j)+"]", list.Get(j).Message(), visit)
		}
	}
}
