package revision

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

func TestMessageRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := commit{
			number:    rapid.Int64Min(1).Draw(t, "number"),
			districts: rapid.SliceOfDistinct(rapid.StringMatching(`[EWSN]\d{8}`), rapid.ID).Draw(t, "districts"),
		}
		slices.Sort(c.districts)
		payload, err := encode("carehomes", c)
		if err != nil {
			t.Fatal(err)
		}
		got, err := decode("carehomes", payload)
		if err != nil {
			t.Fatal(err)
		}
		if got.number != c.number || !slices.Equal(got.districts, c.districts) {
			t.Fatalf("got %+v, want %+v", got, c)
		}
	})
}

func TestDecodeRejects(t *testing.T) {
	sound := func() *commonv1.WatchRevisionsResponse {
		return &commonv1.WatchRevisionsResponse{Service: "carehomes", Revision: 7, Districts: map[string]int64{"E07000082": 7}}
	}
	for name, spoil := range map[string]func(*commonv1.WatchRevisionsResponse){
		"another service":     func(m *commonv1.WatchRevisionsResponse) { m.Service = "homecare" },
		"no revision":         func(m *commonv1.WatchRevisionsResponse) { m.Revision = 0 },
		"a negative revision": func(m *commonv1.WatchRevisionsResponse) { m.Revision = -7 },
		"another commit":      func(m *commonv1.WatchRevisionsResponse) { m.Districts["E07000082"] = 6 },
		"an empty code":       func(m *commonv1.WatchRevisionsResponse) { m.Districts[""] = 7 },
		"a long code":         func(m *commonv1.WatchRevisionsResponse) { m.Districts[string(make([]byte, maxCodeLength+1))] = 7 },
		"a snapshot":          func(m *commonv1.WatchRevisionsResponse) { m.Snapshot = true },
	} {
		t.Run(name, func(t *testing.T) {
			m := sound()
			if _, err := decode("carehomes", marshal(t, m)); err != nil {
				t.Fatalf("rejected before it was spoilt: %v", err)
			}
			spoil(m)
			if got, err := decode("carehomes", marshal(t, m)); err == nil {
				t.Errorf("accepted as %+v", got)
			}
		})
	}
	t.Run("too many districts", func(t *testing.T) {
		m := sound()
		for i := range maxDistricts {
			m.Districts[string(rune('a'+i))] = 7
		}
		if _, err := decode("carehomes", marshal(t, m)); err == nil {
			t.Error("accepted")
		}
	})
}

func marshal(t *testing.T, m proto.Message) []byte {
	t.Helper()
	b, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func FuzzDecode(f *testing.F) {
	for _, c := range []commit{{1, nil}, {7, []string{"E07000082"}}, {1 << 62, []string{"E06000016", "E06000017"}}} {
		payload, err := encode("carehomes", c)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(payload)
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		c, err := decode("carehomes", payload)
		if err != nil {
			return
		}
		again, err := encode("carehomes", c)
		if err != nil {
			t.Fatalf("accepted %+v, which cannot be written: %v", c, err)
		}
		got, err := decode("carehomes", again)
		if diff := cmp.Diff(c, got, cmp.AllowUnexported(commit{})); err != nil || diff != "" {
			t.Errorf("error %v, difference (-first +again):\n%s", err, diff)
		}
	})
}
