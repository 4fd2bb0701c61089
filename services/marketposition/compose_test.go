package marketposition

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares a message with a file under testdata. Rewrite the file with -update and
// read the difference.
func golden(t *testing.T, name string, m proto.Message) {
	t.Helper()
	got, err := protojson.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	// protojson's spacing differs between builds by design.
	var indented bytes.Buffer
	if err := json.Indent(&indented, got, "", "  "); err != nil {
		t.Fatal(err)
	}
	indented.WriteByte('\n')
	path := filepath.Join("testdata", name+".golden.json")
	if *update {
		if err := os.WriteFile(path, indented.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), indented.String()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func TestGoldenStatements(t *testing.T) {
	t.Run("Stroud", func(t *testing.T) { golden(t, "stroud", Compose(inputs(t, district(t, stroud)))) })
	t.Run("a unitary", func(t *testing.T) { golden(t, "rutland", ComposeAuthority(inputs(t, authority(t, rutland)))) })
}
