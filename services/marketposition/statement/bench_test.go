package statement

import (
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/services/marketposition/internal/fixture"
)

// How long a statement takes to compose, without the markets' and the store's time.
func BenchmarkCompose(b *testing.B) {
	in := inputs(b, district(b, fixture.Stroud))
	b.ReportAllocs()
	for b.Loop() {
		Compose(in)
	}
	b.ReportMetric(float64(proto.Size(Compose(in))), "bytes")
}

func BenchmarkComposeAuthority(b *testing.B) {
	in := inputs(b, authority(b, fixture.Gloucestershire))
	b.ReportAllocs()
	for b.Loop() {
		ComposeAuthority(in)
	}
}
