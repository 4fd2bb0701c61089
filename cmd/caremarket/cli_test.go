package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// call runs a command line and returns what it printed.
func call(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out, errs bytes.Buffer
	err := run(t.Context(), args, &out, &errs)
	return out.String() + errs.String(), err
}

func TestAWrongSettingStopsTheStartWithASentence(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		want []string
	}{
		"every fault at once": {
			[]string{
				"serve", "--services=carehomes,beds", "--peers=homecare", "--audience=boss", "--http=nowhere", "--grpc=0.0.0.0:0", "--grace=0s",
				"--connection-age=-1s", "--log-level=loud", "--log-format=xml", "--otlp=collector", "--store=mysql://s3cret@db/care", "--redis=http://s3cret@cache",
			},
			[]string{
				`"beds" is not one of`, `"homecare" is not service=host:port`, `audience "boss"`, `"nowhere" is not host:port`, "--allow-unauthenticated", "--grace 0s",
				"--connection-age -1s", `log level "loud"`, `log format "xml"`, `"collector" is not a URL`, "store: the URL must be", "redis",
			},
		},
		"a listener that others can reach": {
			[]string{"serve", "--http=0.0.0.0:8080"},
			[]string{"--allow-unauthenticated"},
		},
		"a gateway that does not know where to ask": {
			[]string{"serve", "--services=gateway", "--peers=carehomes=localhost:1,homecare=localhost:2"},
			[]string{"housingwithcare does not run here", "workforce does not run here", "marketposition does not run here"},
		},
		"a grace shorter than the wait": {
			[]string{"serve", "--grace=1s", "--drain-wait=2s"},
			[]string{"--grace"},
		},
		"an age that cannot be":            {[]string{"serve", "--connection-age=-1s"}, []string{"--connection-age"}},
		"a day that is none":               {[]string{"import", "population", "cli.go", "--as-at=mid-2023"}, []string{"--as-at", "mid-2023"}},
		"an edition of what nothing cites": {[]string{"import", "boundaries", "cli.go", "--edition=May"}, []string{"--edition"}},
		"an unknown flag":                  {[]string{"serve", "--colour"}, []string{"--colour"}},
		"an unknown market":                {[]string{"import", "returns", "beds", "cli.go"}, []string{"beds"}},
		"a missing file":                   {[]string{"import", "cqc", "no-such-file.csv"}, []string{"no-such-file.csv"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := call(t, c.args...)
			if err == nil {
				t.Fatal("it started")
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
			if strings.Contains(err.Error(), "s3cret") {
				t.Errorf("%q tells a password", err)
			}
		})
	}
}

func TestAFileOfSettings(t *testing.T) {
	file := filepath.Join(t.TempDir(), "caremarket.yaml")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("services: [carehomes, beds]\n")
	if _, err := call(t, "serve", "--config", file); err == nil || !strings.Contains(err.Error(), `"beds" is not one of`) {
		t.Errorf("the file's setting is not used: %v", err)
	}
	write("servces: [carehomes]\n")
	if _, err := call(t, "serve", "--config", file); err == nil || !strings.Contains(err.Error(), "no such setting: servces") {
		t.Errorf("a misspelt setting: %v", err)
	}
	write("http: 0.0.0.0:1\n")
	t.Setenv("CAREMARKET_HTTP", "nowhere")
	if _, err := call(t, "serve", "--config", file); err == nil || !strings.Contains(err.Error(), `"nowhere"`) {
		t.Errorf("the environment comes before the file: %v", err)
	}
}

func TestVersionAndHealth(t *testing.T) {
	if out, err := call(t, "version"); err != nil || out == "" {
		t.Errorf("version: %q, %v", out, err)
	}
	if _, err := call(t, "healthcheck", "--admin=127.0.0.1:1"); err == nil || !strings.Contains(err.Error(), "127.0.0.1:1") {
		t.Errorf("nobody there: %v", err)
	}
}

func TestSeedTwiceChangesNothing(t *testing.T) {
	data := t.TempDir()
	out, err := call(t, "seed", "--data", data)
	if err != nil || !strings.Contains(out, "ILLUSTRATIVE") {
		t.Fatalf("seed: %q, %v", out, err)
	}
	before := revisions(t, data)
	if _, err := call(t, "seed", "--data", data); err != nil {
		t.Fatalf("seed again: %v", err)
	}
	after := revisions(t, data)
	for name, revision := range before {
		if revision == 0 || after[name] != revision {
			t.Errorf("%s: revision %d, then %d; want the same again", name, revision, after[name])
		}
	}
}

// revisions reads how far each service of an embedded store has come.
func revisions(t *testing.T, data string) map[string]int64 {
	t.Helper()
	return revisionsIn(t, storeFlags{Data: data})
}

// revisionsIn reads how far each service has come.
func revisionsIn(t *testing.T, stores storeFlags) map[string]int64 {
	t.Helper()
	out := map[string]int64{}
	err := withStores(t.Context(), stores, output{&bytes.Buffer{}, &bytes.Buffer{}}, func(s *suite) error {
		for name, r := range s.rooms {
			newest, _, err := r.ledger.Revisions(context.Background(), 0)
			if err != nil {
				return err
			}
			out[name] = newest
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

const shared = "../../../shared/data"

// The register's sample, with England's boundaries: 100 homes of London with 1,681 beds.
func TestImportTheRegister(t *testing.T) {
	sample, boundaries := shared+"/cqc/hsca_active_locations_sample_100.csv", shared+"/boundaries/geographr_boundaries_ltla24_england.geojson"
	for _, file := range []string{sample, boundaries} {
		if _, err := os.Stat(file); err != nil {
			t.Skipf("the published data are not at hand: %v", err)
		}
	}
	data := t.TempDir()
	for _, args := range [][]string{
		{"import", "boundaries", boundaries, "--data", data},
		{"import", "cqc", sample, "--data", data},
	} {
		if out, err := call(t, args...); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
	}
	out, err := call(t, "import", "cqc", sample, "--data", data)
	if err != nil || !strings.Contains(out, "care homes: 100 rows read; 0 new, 0 changed, 100 as before") {
		t.Errorf("imported again: %v\n%s", err, out)
	}
	err = withStores(t.Context(), storeFlags{Data: data}, output{&bytes.Buffer{}, &bytes.Buffer{}}, func(s *suite) error {
		homes, _, err := s.books.careHomes.Page(t.Context(), everyPlace, anyHome, "", 1000)
		var beds int32
		for _, h := range homes {
			beds += h.GetRegisteredBeds()
			if !strings.HasPrefix(h.GetDistrict(), "districts/E09") {
				t.Errorf("%s is placed in %s, not in London", h.GetTitle(), h.GetDistrict())
			}
		}
		if len(homes) != 100 || beds != 1681 {
			t.Errorf("%d homes, %d beds; the sample has 100 and 1,681", len(homes), beds)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A council's zones come in by command, where nothing illustrative is.
func TestImportZones(t *testing.T) {
	dir := t.TempDir()
	file, data := filepath.Join(dir, "Zones 2026.csv"), filepath.Join(dir, "data")
	write := func(text string) {
		if err := os.WriteFile(file, []byte("zone,title,authority,district,share\n"+text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("vale,The Vale,E10000013,E07000082,0.75\nvale,,,E07000081,0.25\nhills,Hills,E10000013,E07000099,\n")
	out, err := call(t, "import", "zones", file, "--data", data)
	if err == nil || !strings.Contains(err.Error(), "nothing was kept") || !strings.Contains(err.Error(), "E07000099") {
		t.Errorf("a faulty file: %v\n%s", err, out)
	}
	for _, want := range []string{"1 new, 0 changed, 0 as before", "0 new, 0 changed, 1 as before"} {
		if out, err = call(t, "import", "zones", file, "--data", data, "--partial"); err != nil || !strings.Contains(out, want) {
			t.Errorf("in part: %v\n%s", err, out)
		}
	}
	err = withStores(t.Context(), storeFlags{Data: data}, output{&bytes.Buffer{}, &bytes.Buffer{}}, func(s *suite) error {
		res, err := s.books.homeCare.ListZones(t.Context(), &homecarev1.ListZonesRequest{})
		if zones := res.GetZones(); len(zones) != 1 || zones[0].GetSourceId() != "home-care-zones-zones-2026" || len(res.GetSources()) != 1 {
			t.Errorf("the store has %v", res)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestARejectedFileKeepsNothing(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "returns.csv")
	text := "care_home,as_at,bed_type,maximum,used,reserved,accepting\n1-910700008200017,2026-11-01,general_residential,10,20,0,0\n1-1,2026-11-01,general_residential,10,5,0,0\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(dir, "data")
	if _, err := call(t, "seed", "--data", data); err != nil {
		t.Fatal(err)
	}
	before := revisions(t, data)["carehomes"]
	_, err := call(t, "import", "returns", "carehomes", file, "--data", data)
	if err == nil || !strings.Contains(err.Error(), "nothing was kept") {
		t.Errorf("a faulty file: %v", err)
	}
	rejected, err := os.ReadFile(file + ".rejected-returns.csv")
	if err != nil || !strings.Contains(string(rejected), "more than the maximum") || !strings.Contains(string(rejected), "not on the register") {
		t.Errorf("rejected rows: %v\n%s", err, rejected)
	}
	if after := revisions(t, data)["carehomes"]; after != before {
		t.Errorf("revision %d became %d", before, after)
	}
}
