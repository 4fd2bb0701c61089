package audience_test

import (
	"context"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/audience"
)

var all = []audience.Audience{audience.Public, audience.Provider, audience.Commissioner, audience.System}

func TestNamesRoundTrip(t *testing.T) {
	for i, want := range []string{"public", "provider", "commissioner", "system"} {
		if got := audience.Name(all[i]); got != want {
			t.Errorf("Name(%v) = %q, want %q", all[i], got, want)
		}
		got, err := audience.Parse(want)
		if err != nil || got != all[i] {
			t.Errorf("Parse(%q) = %v, %v", want, got, err)
		}
	}
}

func TestParseRefusesUnknownNames(t *testing.T) {
	for _, name := range []string{"", "PUBLIC", "AUDIENCE_SYSTEM", "root", "system "} {
		got, err := audience.Parse(name)
		if err == nil || !strings.Contains(err.Error(), "commissioner") {
			t.Errorf("Parse(%q) has error %v, which does not name the choices", name, err)
		}
		if got != audience.Public {
			t.Errorf("Parse(%q) = %v beside its error, want the least privileged", name, got)
		}
	}
}

func TestWhatIsNoAudienceIsPublic(t *testing.T) {
	for _, odd := range []audience.Audience{0, -1, 5, 99} {
		if got := audience.Least(odd, audience.System); got != audience.Public {
			t.Errorf("Least(%d, system) = %v", odd, got)
		}
		if got := audience.From(audience.With(t.Context(), odd)); got != audience.Public {
			t.Errorf("a context for %d has %v", odd, got)
		}
		if got := audience.Name(odd); got != "public" {
			t.Errorf("Name(%d) = %q", odd, got)
		}
	}
	if got := audience.From(context.Background()); got != audience.Public {
		t.Errorf("a context without audience has %v", got)
	}
}

func TestLeastNeverGrantsMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := audience.Audience(rapid.Int32().Draw(t, "a")), rapid.SampledFrom(all).Draw(t, "b")
		least := audience.Least(a, b)
		if least > b || (a >= audience.Public && least > a) {
			t.Fatalf("Least(%v, %v) = %v", a, b, least)
		}
		if least != audience.Least(b, a) || least != audience.Least(least, b) {
			t.Fatalf("Least of %v and %v depends on order or repetition", a, b)
		}
	})
}

func TestIncoming(t *testing.T) {
	tests := map[string]struct {
		stated  []string
		want    audience.Audience
		refused bool
	}{
		"none":                {nil, audience.Public, false},
		"one":                 {[]string{"commissioner"}, audience.Commissioner, false},
		"several, least wins": {[]string{"system", "provider", "commissioner"}, audience.Provider, false},
		"unknown":             {[]string{"root"}, audience.Public, true},
		"one of them unknown": {[]string{"system", "root"}, audience.Public, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			ctx := metadata.NewIncomingContext(t.Context(), metadata.MD{audience.MetadataKey: test.stated})
			got, err := audience.Incoming(ctx)
			if got != test.want || (err != nil) != test.refused {
				t.Errorf("Incoming = %v, %v", got, err)
			}
		})
	}
}

func TestClientInterceptorsStateTheAudience(t *testing.T) {
	tests := map[string]struct {
		ctx  context.Context
		want []string
	}{
		"set":           {audience.With(context.Background(), audience.Provider), []string{"provider"}},
		"not set":       {context.Background(), nil},
		"set to public": {audience.With(context.Background(), audience.Public), []string{"public"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var unary, stream metadata.MD
			err := audience.UnaryClientInterceptor(test.ctx, "/x/Y", nil, nil, nil,
				func(ctx context.Context, _ string, _, _ any, _ *grpc.ClientConn, _ ...grpc.CallOption) error {
					unary, _ = metadata.FromOutgoingContext(ctx)
					return nil
				})
			if err != nil {
				t.Fatal(err)
			}
			_, err = audience.StreamClientInterceptor(test.ctx, nil, nil, "/x/Y",
				func(ctx context.Context, _ *grpc.StreamDesc, _ *grpc.ClientConn, _ string, _ ...grpc.CallOption) (grpc.ClientStream, error) {
					stream, _ = metadata.FromOutgoingContext(ctx)
					return nil, nil
				})
			if err != nil {
				t.Fatal(err)
			}
			for kind, sent := range map[string]metadata.MD{"unary": unary, "stream": stream} {
				if got := sent.Get(audience.MetadataKey); strings.Join(got, ",") != strings.Join(test.want, ",") {
					t.Errorf("%s call states %v, want %v", kind, got, test.want)
				}
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add("system")
	f.Add("")
	f.Fuzz(func(t *testing.T, name string) {
		a, err := audience.Parse(name)
		if err == nil && audience.Name(a) != name {
			t.Errorf("Parse(%q) = %v, whose name is %q", name, a, audience.Name(a))
		}
		if err != nil && a != audience.Public {
			t.Errorf("Parse(%q) grants %v with an error", name, a)
		}
	})
}
