package statement

import (
	"slices"

	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// Merge adds the sources of a market's answer to those of the statement. Where an id
// stands for another source already, the market's own gets the market's name before it;
// the answer is told by renamed.
func Merge(all figure.Sources, service string, own []*commonv1.Source) (renamed map[string]string) {
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
