package workforce

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/caremarket/caremarket/pkg/audience"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// The whole answer for one district, as the public has it. Rewrite it with -update and read
// the difference.
func TestGoldenCapacity(t *testing.T) {
	home := employer("1-2")
	home.MainService = nursing
	full := returned(home, "2026-10-12")
	full.Return = sound()
	all := []Standing{
		full,
		returned(employer("1-3"), "2026-10-12", paid(flows(row(careWorker, 25, 4, 6, 0), 5, 9, 8), 12.1), paid(row(manager, 1, 0, 0, 0), 19)),
		returned(employer("1-4"), "2026-07-31", paid(flows(row(careWorker, 31, 0, 2, 7), 2, 11, 12), 11.9), row(senior, 6, 1, 0, 0)),
		returned(employer("em-five"), "2026-10-09", paid(row(careWorker, 12, 3, 0, 2), 13.25)),
		silent(employer("1-6")),
	}
	all[1].Return.DsptStatus, all[1].Return.DigitalSocialCareRecords = workforcev1.DsptStatus_DSPT_STATUS_APPROACHING_STANDARDS, new(false)
	got, err := protojson.Marshal(Capacity(ask(t, audience.Public, stroud), all, known))
	if err != nil {
		t.Fatal(err)
	}
	// protojson's spacing differs between builds by design.
	var indented bytes.Buffer
	if err := json.Indent(&indented, got, "", "  "); err != nil {
		t.Fatal(err)
	}
	indented.WriteByte('\n')
	path := filepath.Join("testdata", "capacity.golden.json")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, indented.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), indented.String()); diff != "" {
		t.Errorf("capacity (-want +got):\n%s", diff)
	}
}
