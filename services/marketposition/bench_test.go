package marketposition

import (
	"testing"
)

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
