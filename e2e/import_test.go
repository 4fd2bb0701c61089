package e2e_test

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/e2e/suite"
	"github.com/caremarket/caremarket/pkg/storetest"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// london is the region that all homes of CQC's sample stand in.
const london = "regions/E12000007"

// TestImportOfRegister takes CQC's sample of 100 homes in by command, on both engines.
func TestImportOfRegister(t *testing.T) {
	boundaries := sharedData(t, "boundaries/geographr_boundaries_ltla24_england.geojson")
	sample := sharedData(t, "cqc/hsca_active_locations_sample_100.csv")
	for _, engine := range []struct{ name, store string }{
		{"sqlite", "--data=" + t.TempDir()}, {"postgresql", "--store=" + storetest.Postgres(t)},
	} {
		t.Run(engine.name, func(t *testing.T) {
			into := []string{engine.store}
			imports(t, "296 new", into, "boundaries", boundaries)
			broken := breakRow(t, sample)
			refuses(t, into, broken)
			imports(t, "99 new", append(into, "--partial"), "cqc", broken)
			checkRejects(t, broken)
			imports(t, "1 new, 0 changed, 99 as before", append(into, "--edition=broken"), "cqc", sample)
			imports(t, "0 new, 0 changed, 100 as before", append(into, "--edition=broken"), "cqc", sample)

			s := suite.One(t, engine.store, "--illustrative=none")
			regions := map[string]string{}
			homes, beds := 0, int32(0)
			for token := ""; ; {
				page := suite.Read(t, s, "/v1/careHomes?pageSize=30&pageToken="+token, &carehomesv1.ListCareHomesResponse{})
				for _, home := range page.GetCareHomes() {
					homes++
					beds += home.GetRegisteredBeds()
					district := home.GetDistrict()
					if regions[district] == "" {
						regions[district] = suite.Read(t, s, "/v1/"+district, &marketpositionv1.District{}).GetRegion()
					}
					if regions[district] != london {
						t.Errorf("%s is placed in %s of %s", home.GetName(), district, regions[district])
					}
				}
				if token = page.GetNextPageToken(); token == "" {
					break
				}
			}
			if homes != 100 || beds != 1681 {
				t.Errorf("%d homes with %d beds were imported, the sample has 100 with 1,681", homes, beds)
			}
		})
	}
}

// TestImportOfZones has a council count home care in zones of its own, with nothing made up.
func TestImportOfZones(t *testing.T) {
	for _, engine := range []struct{ name, store string }{
		{"sqlite", "--data=" + t.TempDir()}, {"postgresql", "--store=" + storetest.Postgres(t)},
	} {
		t.Run(engine.name, func(t *testing.T) {
			s := suite.One(t, engine.store, "--illustrative=none")
			branch := newBranch(t, s, engine.store)
			kept := send(t, s, "/v1/"+branch.GetName()+"/returns", &homecarev1.HomeCareReturn{
				AsAt: today(), Zones: []*homecarev1.ZoneReturn{{Zone: "zones/vale", HoursSpare: new(100.0)}},
			}, &homecarev1.SubmitHomeCareReturnResponse{})
			for district, want := range map[string]float64{"E07000082": 75, "E07000081": 25} {
				path := fmt.Sprintf("/v1/districts/%s/homeCareCapacity?minRevision=%d", district, kept.GetRevision())
				got := suite.Read(t, s, path, &homecarev1.HomeCareCapacity{})
				spare := got.GetHours().GetSpare()
				if spare.GetValue() != want || spare.GetIllustrative() || !slices.Contains(spare.GetSourceIds(), "home-care-zones-zones") {
					t.Errorf("%s has spare hours of %v, want %g that rest on the zones", district, spare, want)
				}
			}
		})
	}
}

// newBranch imports two zones, one of them shared by two districts and one Stroud's alone,
// and registers a branch that serves them.
func newBranch(t *testing.T, s *suite.Suite, store string) *homecarev1.HomeCareBranch {
	t.Helper()
	file := filepath.Join(t.TempDir(), "zones.csv")
	if err := os.WriteFile(file, []byte(`zone,title,authority,district,share
five-valleys,Five Valleys,E10000013,E07000082,
vale,The Vale,E10000013,E07000082,0.75
vale,,,E07000081,0.25
`), 0o600); err != nil {
		t.Fatal(err)
	}
	imports(t, "2 new", []string{store}, "zones", file)
	imports(t, "0 new, 0 changed, 2 as before", []string{store}, "zones", file)
	return send(t, s, "/v1/homeCareBranches", &homecarev1.HomeCareBranch{
		Name: "homeCareBranches/1-990000001", Title: "A branch of a test", District: "districts/E07000082",
		Kind:  homecarev1.SupplyKind_SUPPLY_KIND_HOME_CARE,
		Zones: []string{"zones/five-valleys", "zones/vale"}, SourceId: "home-care-zones-zones",
	}, &homecarev1.HomeCareBranch{})
}

// send posts a message and reads the answer.
func send[M proto.Message](t *testing.T, s *suite.Suite, path string, message proto.Message, into M) M {
	t.Helper()
	body, err := protojson.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	a, err := s.Ask(t.Context(), http.MethodPost, path, string(body))
	if err == nil {
		err = a.Into(into)
	}
	if err != nil {
		t.Fatalf("POST %s: %v", path, err)
	}
	return into
}

// sharedData is a file of the data that lie beside the project, which a clone may lack.
func sharedData(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join(suite.Root(t), "..", "shared", "data", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the data beside the project are not here: %v", err)
	}
	return path
}

// imports brings a file in and checks what the command says of it.
func imports(t *testing.T, want string, flags []string, what, file string) {
	t.Helper()
	out, err := suite.Run(t, append([]string{"import", what, file}, flags...)...)
	if err != nil || !strings.Contains(out, want) {
		t.Fatalf("import %s %s says %q, want %q: %v", what, filepath.Base(file), out, want, err)
	}
}

// refuses checks that a file with one bad row is not taken at all.
func refuses(t *testing.T, flags []string, broken string) {
	t.Helper()
	out, err := suite.Run(t, append([]string{"import", "cqc", broken}, flags...)...)
	if err == nil || strings.Contains(err.Error(), "goroutine") {
		t.Errorf("a file with a bad row is taken: %q, %v", out, err)
	}
	checkRejects(t, broken)
}

// badID is no id of a location.
const badID = "nonsense"

// breakRow copies a file and spoils the id of one of its rows.
func breakRow(t *testing.T, file string) string {
	t.Helper()
	in, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	reader := csv.NewReader(in)
	reader.FieldsPerRecord = -1
	rows, err := reader.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	header := slices.IndexFunc(rows, func(row []string) bool { return slices.Contains(row, "Location ID") })
	if header < 0 {
		t.Fatalf("%s has no column Location ID", file)
	}
	rows[header+1][slices.Index(rows[header], "Location ID")] = badID
	broken := filepath.Join(t.TempDir(), "broken.csv")
	out, err := os.Create(broken)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	if err := csv.NewWriter(out).WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	return broken
}

// checkRejects checks that the bad row, with its reason, stands in a file beside its own.
func checkRejects(t *testing.T, broken string) {
	t.Helper()
	files, err := filepath.Glob(broken + ".rejected-*.csv")
	if err != nil || len(files) == 0 {
		t.Fatalf("no file of rejected rows stands beside %s: %v", broken, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil || !strings.Contains(string(text), badID) {
			t.Errorf("%s does not name the bad row: %s, %v", file, text, err)
		}
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}
}
