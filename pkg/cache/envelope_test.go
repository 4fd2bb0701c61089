package cache

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/revision"
)

// drawCut draws a question whose texts are the parts of one text, so that two of them differ only in where it is cut.
func drawCut(t *rapid.T, text, label string) Question {
	cuts := rapid.SliceOfN(rapid.IntRange(0, len(text)), 3, 3).Draw(t, label)
	slices.Sort(cuts)
	return Question{
		Service: text[:cuts[0]], Method: text[cuts[0]:cuts[1]], Subject: text[cuts[1]:cuts[2]], Detail: text[cuts[2]:],
		Audience: audience.Public,
	}
}

// However the texts of a question are cut, no two questions or marks share a key.
func TestKeysAreUnambiguous(t *testing.T) {
	mark := rapid.Custom(func(t *rapid.T) revision.Mark {
		return revision.At(rapid.SliceOfN(rapid.Int64Range(0, 11), 0, 3).Draw(t, "commits")...)
	})
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[:1@]{0,4}`).Draw(t, "text")
		p, q := drawCut(t, text, "p"), drawCut(t, text, "q")
		a, b := mark.Draw(t, "a"), mark.Draw(t, "b")
		if rapid.IntRange(0, 3).Draw(t, "the same mark, mostly") > 0 {
			b = a
		}
		if rapid.IntRange(0, 9).Draw(t, "another audience, rarely") == 0 {
			q.Audience = audience.System
		}
		same := p == q && a == b
		if got := bytes.Equal(appendKey(nil, p, a), appendKey(nil, q, b)); got != same {
			t.Fatalf("%+v at %v and %+v at %v: equal keys %v", p, a, q, b, got)
		}
	})
}

func TestNamespaceAndReleaseAreUnambiguous(t *testing.T) {
	prefix := func(namespace, release string) string {
		s := newShared(nil, SharedConfig{Namespace: namespace, Release: release}, nil)
		defer s.close()
		return s.key(Question{}, revision.Mark{})
	}
	if prefix("live1", "2") == prefix("live", "12") {
		t.Error("two systems share keys")
	}
}

func TestEnvelopeRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.String().Draw(t, "key")
		e := &entry{
			body:     rapid.SliceOf(rapid.Byte()).Draw(t, "body"),
			mark:     revision.At(rapid.Int64().Draw(t, "commit")),
			loadedAt: time.UnixMicro(rapid.Int64Range(0, 1<<52).Draw(t, "loaded at")),
		}
		got, ok := open(key, e.mark, seal(key, e))
		if !ok || !bytes.Equal(got.body, e.body) || got.mark != e.mark || !got.loadedAt.Equal(e.loadedAt) {
			t.Fatalf("got %+v, %v; want %+v", got, ok, e)
		}
	})
}

func TestEnvelopeNoticesEveryDamage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := &entry{body: rapid.SliceOf(rapid.Byte()).Draw(t, "body"), loadedAt: time.UnixMicro(1_700_000_000_000_000)}
		sound := seal("key", e)
		damaged := slices.Clone(sound)
		key := "key"
		switch rapid.IntRange(0, 3).Draw(t, "damage") {
		case 0:
			at := rapid.IntRange(0, len(damaged)-1).Draw(t, "at")
			damaged[at] ^= rapid.ByteRange(1, 255).Draw(t, "flip")
		case 1:
			damaged = damaged[:rapid.IntRange(0, len(damaged)-1).Draw(t, "length")]
		case 2:
			damaged = append(damaged, rapid.SliceOfN(rapid.Byte(), 1, 50).Draw(t, "tail")...)
		case 3:
			key = "another key"
		}
		if got, ok := open(key, e.mark, damaged); ok {
			t.Fatalf("took %x for %x", damaged, got.body)
		}
	})
}

func FuzzOpen(f *testing.F) {
	for _, body := range []string{"", "body", string(make([]byte, 300))} {
		f.Add(seal("key", &entry{body: []byte(body), loadedAt: time.UnixMicro(1_700_000_000_000_000)}))
	}
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, value []byte) {
		e, ok := open("key", revision.Mark{}, value)
		if ok && !bytes.Equal(seal("key", e), value) {
			t.Errorf("took %x, which seal never wrote", value)
		}
	})
}
