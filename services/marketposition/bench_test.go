package marketposition

import (
	"testing"

	"google.golang.org/protobuf/proto"
)

// How long a statement takes to compose, without the markets' and the store's time.
func BenchmarkCompose(b *testing.B) {
	in := inputs(b, district(b, stroud))
	b.ReportAllocs()
	for b.Loop() {
		Compose(in)
	}
	b.ReportMetric(float64(proto.Size(Compose(in))), "bytes")
}

func BenchmarkComposeAuthority(b *testing.B) {
	in := inputs(b, authority(b, gloucestershire))
	b.ReportAllocs()
	for b.Loop() {
		ComposeAuthority(in)
	}
}

// A kept statement costs a lookup; one worked out anew asks the store and every market.
func BenchmarkStatement(b *testing.B) {
	for name, change := range map[string]func(*Config){"hot": func(*Config) {}, "cold": func(c *Config) { c.Cache = nil }} {
		b.Run(name, func(b *testing.B) {
			s := loaded(b, change)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.GetMarketPosition(b.Context(), ofStroud()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
