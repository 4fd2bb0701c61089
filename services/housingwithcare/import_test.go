package housingwithcare

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/intake"
	"github.com/caremarket/caremarket/pkg/storetest"
	housingwithcarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/housingwithcare/v1"
)

const header = "housing_scheme,as_at,tenure,units,occupied,voids,voids_reserved,nominations_waiting," +
	"referral_to_let_days,hours_contracted,hours_used,residents,residents_with_care\n"

const soundFile = header +
	"hs-mill-court,2026-10-10,affordable rent,40,36,3,2,11,45,310,295.5,58,41\n" +
	"hs-mill-court,2026-10-10,shared ownership,12,9,2,0,1,,,,,\n" +
	"housingSchemes/hs-orchard-view,10/10/2026,Affordable Rent,28,28,0,0,6,30.5,,,,\n"

// enrolled is a server with the schemes of the file.
func enrolled(t testing.TB, s *Server) *Server {
	enrol(t, s, scheme("mill-court", extraCare, built(rent, 40), built(shared, 12)), scheme("orchard-view", sheltered, built(rent, 28)))
	return s
}

func importText(t testing.TB, s *Server, text string, opts intake.Options) (intake.Report, error) {
	t.Helper()
	return ImportReturns(t.Context(), s.Book(), intake.FromBytes("returns.csv", []byte(text)), extract, opts)
}

func returnsOf(t testing.TB, s *Server, id string) []*housingwithcarev1.SchemeReturn {
	t.Helper()
	res, err := s.ListSchemeReturns(as(t, audience.Commissioner), &housingwithcarev1.ListSchemeReturnsRequest{Parent: prefix + id})
	if err != nil {
		t.Fatal(err)
	}
	return res.GetSchemeReturns()
}

func TestAFileBecomesReturns(t *testing.T) {
	engines(t, func(t *testing.T, s *Server) {
		enrolled(t, s)
		report, err := importText(t, s, soundFile, intake.Options{})
		if err != nil || report.Rows != 3 || report.Created != 2 || report.Rejected != 0 {
			t.Fatalf("%+v, %v", report, err)
		}
		got := returnsOf(t, s, "hs-mill-court")[0]
		wantReturn := &housingwithcarev1.SchemeReturn{
			HousingScheme: prefix + "hs-mill-court", AsAt: "2026-10-10", SourceId: "extract",
			Tenures:    []*housingwithcarev1.TenureReturn{row(rent, 40, 36, 3, 2, 11), row(shared, 12, 9, 2, 0, 1)},
			OnSiteCare: &housingwithcarev1.OnSiteCareReturn{HoursContracted: 310, HoursUsed: 295.5},
			Residents:  new(int32(58)), ResidentsWithCare: new(int32(41)),
		}
		wantReturn.Tenures[0].ReferralToLetDays = new(45.0)
		wantReturn.Name, wantReturn.Revision, wantReturn.RecordedAt = got.GetName(), got.GetRevision(), got.GetRecordedAt()
		if !bytes.Equal(encoded(t, wantReturn), encoded(t, got)) {
			t.Errorf("got %v, want %v", got, wantReturn)
		}
		if other := returnsOf(t, s, "hs-orchard-view")[0]; other.GetOnSiteCare() != nil || other.Residents != nil || other.GetAsAt() != "2026-10-10" {
			t.Errorf("an empty cell is read as something: %v", other)
		}
		c := capacityOf(t, s, &housingwithcarev1.GetDistrictCapacityRequest{Name: stroud, AsAt: "2026-10-31"})
		want(t, "units", c.GetTotal().GetUnits(), 80.0)
	})
}

func TestAFileImportedAgainChangesNothing(t *testing.T) {
	engines(t, func(t *testing.T, s *Server) {
		enrolled(t, s)
		first, err := importText(t, s, soundFile, intake.Options{})
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.SplitAfter(soundFile, "\n")
		lines[1], lines[2] = lines[2], lines[1]
		for name, text := range map[string]string{"as it was": soundFile, "sorted otherwise": strings.Join(lines, "")} {
			again, err := importText(t, s, text, intake.Options{})
			if err != nil || again.Created != 0 || again.Unchanged != 2 || again.Revision != first.Revision {
				t.Errorf("%s: %+v, %v; first %+v", name, again, err, first)
			}
		}
		corrected, err := importText(t, s, strings.Replace(soundFile, "40,36,3,2,11", "40,35,4,2,11", 1), intake.Options{})
		if err != nil || corrected.Created != 1 || corrected.Unchanged != 1 {
			t.Errorf("corrected: %+v, %v", corrected, err)
		}
		c := capacityOf(t, s, &housingwithcarev1.GetDistrictCapacityRequest{Name: stroud, AsAt: "2026-10-31"})
		want(t, "the correction stands", c.GetTotal().GetVoids(), 6.0)
	})
}

// faulty has every kind of mistake, each in a return of its own but the first.
const faulty = header +
	"hs-mill-court,2026-10-10,affordable rent,40,39,3,4,11,,310,,58,59\n" +
	"hs-mill-court,2026-10-10,shared ownership,12,9,2,0,1,,,,57,\n" +
	"hs-mill-court,2026-09-10,leasehold,x,36,3,2,,,,,,\n" +
	"hs-unknown,2026-10-10,affordable rent,40,36,3,2,11,,,,,\n" +
	"hs-mill-court,2026-08-10,outright sale,40,36,3,2,11,,,,,\n" +
	"hs-orchard-view,soon,affordable rent,40,36,3,2,11,,,,,\n" +
	"hs-mill-court,2126-08-10,affordable rent,9999,36,3,2,11,,,,,\n"

func TestEveryFaultOfAFileIsListed(t *testing.T) {
	engines(t, func(t *testing.T, s *Server) {
		enrolled(t, s)
		var rejects bytes.Buffer
		_, sound, _ := strings.Cut(soundFile, "housingSchemes/")
		report, err := importText(t, s, faulty+sound, intake.Options{Rejects: &rejects})
		rejected, ok := errors.AsType[*intake.RejectedError](err)
		if !ok || rejected.Count != 7 || report.Rejected != 7 || report.Created != 0 {
			t.Fatalf("%+v, %v", report, err)
		}
		got := map[int][]string{}
		for _, r := range report.RejectedFirst {
			for _, v := range r.Faults {
				got[r.Row] = append(got[r.Row], v.Field)
			}
		}
		// Faults of the sheet come first; what the book would say of such a return is left
		// until it can be read.
		for line, columns := range map[int][]string{
			2: {"hours_used"}, 3: {"residents"}, 4: {"tenure", "units", "nominations_waiting"}, 5: {""}, 6: {"tenure"}, 7: {"as_at"}, 8: {"units", "as_at"},
		} {
			for _, column := range columns {
				if !slices.Contains(got[line], column) {
					t.Errorf("row %d: %q is not among %q", line, column, got[line])
				}
			}
		}
		if rows := strings.Count(rejects.String(), "\n"); rows != 8 || !strings.HasPrefix(rejects.String(), "rejected_row,rejected_because,housing_scheme") {
			t.Errorf("rejected rows as a file:\n%s", rejects.String())
		}
		if n := len(returnsOf(t, s, "hs-orchard-view")); n != 0 {
			t.Error("a file with faults is kept in part")
		}
	})
}

func TestFaultsOfTheBookAreNamedByRowAndColumn(t *testing.T) {
	s := enrolled(t, serve(t, storetest.SQLite(t)))
	// The rows stand in another order than the tenures of the return.
	text := header +
		"hs-mill-court,2026-10-10,shared ownership,12,9,2,3,1,,,,,\n" +
		"hs-mill-court,2026-10-10,affordable rent,40,39,3,0,11,,10001,5,7,8\n"
	report, err := importText(t, s, text, intake.Options{})
	if err == nil || len(report.RejectedFirst) != 2 {
		t.Fatalf("%+v, %v", report, err)
	}
	got := map[int][]string{}
	for _, r := range report.RejectedFirst {
		for _, v := range r.Faults {
			got[r.Row] = append(got[r.Row], v.Field)
		}
	}
	if diff := cmp.Diff(map[int][]string{2: {"hours_contracted", "voids_reserved", "residents_with_care"}, 3: {""}}, got); diff != "" {
		t.Errorf("(-want +got)\n%s\n%v", diff, report.RejectedFirst)
	}
}

func TestAFileInPart(t *testing.T) {
	engines(t, func(t *testing.T, s *Server) {
		enrolled(t, s)
		text := soundFile + "hs-unknown,2026-10-10,affordable rent,40,36,3,2,11,,,,,\n" + "hs-orchard-view,2026-10-09,affordable rent,28,29,0,0,6,,,,,\n"
		report, err := importText(t, s, text, intake.Options{Partial: true})
		if err != nil || report.Created != 2 || report.Rejected != 2 {
			t.Fatalf("%+v, %v", report, err)
		}
	})
}

func TestAFileOfAnotherLayout(t *testing.T) {
	s := serve(t, storetest.SQLite(t))
	if _, err := importText(t, s, "scheme,beds\na,1\n", intake.Options{}); err == nil || !strings.Contains(err.Error(), "housing with care returns") {
		t.Errorf("error %v", err)
	}
}

// The file shown in the documentation is one that can be imported.
func TestTheDocumentedExample(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join("..", "..", "docs", "formats", "housing-with-care-returns.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(doc), "```csv\n")
	example, _, found := strings.Cut(example, "```")
	if !found {
		t.Fatal("the documentation has no example")
	}
	s := enrolled(t, serve(t, storetest.SQLite(t)))
	if report, err := importText(t, s, example, intake.Options{}); err != nil || report.Created != 2 {
		t.Errorf("%+v, %v", report, err)
	}
	for _, column := range append(strings.Split(strings.TrimSpace(header), ","), (sheet{}).Layout().Columns...) {
		if !strings.Contains(string(doc), "| `"+column+"` |") {
			t.Errorf("column %s is not documented", column)
		}
	}
}

// draftOf reads all rows of a file as one return, in their order or the other way round.
func draftOf(t *testing.T, sent []byte, backwards bool) (r *housingwithcarev1.SchemeReturn, faulty bool) {
	layout := sheet{source: "extract"}
	rows, err := intake.Open(intake.FromBytes("returns.csv", sent), layout.Layout())
	if err != nil {
		return nil, true
	}
	defer rows.Close()
	var all []*intake.Row
	day := ""
	for one, err := range rows.All(t.Context(), nil) {
		if err != nil {
			return nil, true
		}
		all = append(all, one.Clone())
		_, day = layout.Filing(all[len(all)-1])
	}
	if len(all) == 0 {
		return nil, true
	}
	if backwards {
		slices.Reverse(all)
	}
	draft := layout.Draft(scheme("a", extraCare, built(rent, 40)), day, all)
	for part, at := range draft.Rows {
		if at < 0 || at >= len(all) {
			t.Fatalf("%s is said to be of row %d of %d", part, at, len(all))
		}
	}
	return draft.Return, slices.ContainsFunc(all, (*intake.Row).Faulty)
}

// Whatever a file holds, it is read without harm, and rows that are sound make the same
// return in whatever order they stand, when each is of a tenure of its own.
func FuzzSheet(f *testing.F) {
	for _, text := range []string{soundFile, faulty, header, "", "\xff\xfe", header + "\"", strings.ReplaceAll(soundFile, "hs-mill", "hs-\x00")} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, sent []byte) {
		r, faulty := draftOf(t, sent, false)
		if faulty {
			return
		}
		seen := map[housingwithcarev1.Tenure]bool{}
		for _, one := range r.GetTenures() {
			if one.GetTenure() == 0 || seen[one.GetTenure()] {
				return
			}
			seen[one.GetTenure()] = true
		}
		other, _ := draftOf(t, sent, true)
		r.AsAt, other.AsAt = "", ""
		if !proto.Equal(r, other) {
			t.Fatalf("forwards %v, backwards %v", r, other)
		}
	})
}
