package homecare

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/caremarket/caremarket/pkg/booktest"
	"github.com/caremarket/caremarket/pkg/cqc"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/intake"
	"github.com/caremarket/caremarket/pkg/storetest"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// inDirectory is a table of the directory's columns with one row for each map.
func inDirectory(rows ...map[string]string) []byte {
	var out bytes.Buffer
	header := cqc.Layout().Columns
	table := [][]string{{"Care Quality Commission"}, header}
	for _, row := range rows {
		line := make([]string, len(header))
		for i, column := range header {
			line[i] = row[column]
		}
		table = append(table, line)
	}
	_ = csv.NewWriter(&out).WriteAll(table)
	return out.Bytes()
}

// inRow is a sound row of a domiciliary care service, changed by pairs of column and cell.
func inRow(id string, pairs ...string) map[string]string {
	row := map[string]string{
		"Location ID": id, "Location Name": "Kind Hands", "Location Postal Code": "GL5 4AB", "Location Latest Overall Rating": "Good",
		"Service type - Domiciliary care service": "Y", "Service user band - Older People": "Y", "Provider ID": "1-100",
	}
	for i := 0; i < len(pairs); i += 2 {
		row[pairs[i]] = pairs[i+1]
	}
	return row
}

func (d *desk) importCQC(t testing.TB, opts intake.Options, rows ...map[string]string) (intake.Report, error) {
	t.Helper()
	return ImportCQC(t.Context(), d.server.Book(), geo.NewLocator(booktest.Atlas(t), nil), intake.FromBytes("d.csv", inDirectory(rows...)), onCQC, opts)
}

func TestDirectoryRowBecomesABranch(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		rows := []map[string]string{
			inRow("1-1"), inRow("1-2", "Care home?", "Y", "Care homes beds", "20"),
			inRow("1-3", "Service type - Domiciliary care service", ""),
		}
		report := must(d.importCQC(t, intake.Options{}, rows...))(t)
		if report.Created != 2 || report.Skipped != 1 || len(report.Notes) != 1 {
			t.Errorf("report %+v", report)
		}
		got := must(d.server.Book().Get(d.ctx, "1-1"))(t)
		got.Revision, got.RecordedAt = 0, nil
		wanted := &homecarev1.HomeCareBranch{
			Name: prefix + "1-1", Title: "Kind Hands", Kind: home, Provider: "providers/1-100", District: stroud, Postcode: "GL5 4AB",
			Placement: &commonv1.Placement{Method: commonv1.PlacementMethod_PLACEMENT_METHOD_OUTWARD_CODE},
			UserBands: []homecarev1.UserBand{homecarev1.UserBand_USER_BAND_OLDER_PEOPLE},
			Rating:    homecarev1.Rating_RATING_GOOD, SourceId: onCQC.GetId(),
		}
		if diff := cmp.Diff(wanted, got, protocmp.Transform()); diff != "" {
			t.Errorf("branch (-want +got)\n%s", diff)
		}
		again := must(d.importCQC(t, intake.Options{}, rows...))(t)
		if again.Unchanged != 2 || again.Revision != report.Revision || len(again.Notes) != 0 {
			t.Errorf("run twice: %+v, after %+v", again, report)
		}
	})
}

func TestDirectoryKeepsZonesAndKind(t *testing.T) {
	d := open(t, storetest.SQLite(t))
	d.register(t, branch("1-1", reablement, "valleys", "border"))
	must(d.importCQC(t, intake.Options{}, inRow("1-1", "Provider ID", "")))(t)
	got := must(d.server.Book().Get(d.ctx, "1-1"))(t)
	if diff := cmp.Diff([]string{"zones/valleys", "zones/border"}, got.GetZones()); diff != "" || got.GetKind() != reablement || got.GetTitle() != "Kind Hands" {
		t.Errorf("branch %v", got)
	}
	if group(got) != got.GetName() {
		t.Errorf("without a provider it is of %q", group(got))
	}
}

func TestDirectoryRejectsWhatIsInNoDistrict(t *testing.T) {
	d := open(t, storetest.SQLite(t))
	report, err := d.importCQC(t, intake.Options{}, inRow("1-1"), inRow("1-2", "Location Postal Code", "ZZ1 1ZZ"))
	if err == nil || report.Rejected != 1 || report.Created != 0 || report.RejectedFirst[0].Row != 4 {
		t.Errorf("%v, %+v", err, report)
	}
}

var extract2024 = &commonv1.Source{
	Id: "returns-2024-01", Kind: commonv1.SourceKind_SOURCE_KIND_PROVIDER_RETURN, Title: "Returns of January 2024", Edition: "January 2024",
}

const zoneHeader = "home_care_branch,as_at,zone,hours_delivered,hours_commissioned,hours_spare,people_this_council,people_self_funder,people_other_councils," +
	"waiting_packages,waiting_people,waiting_hours,waiting_since,handed_back_packages,handed_back_hours," +
	"home_first_cases,assessed_within_48_hours,onward_to_reablement,step_up_cases,places,places_used,care_workers_employed\n"

func (d *desk) importReturns(t testing.TB, opts intake.Options, text string) (intake.Report, error) {
	t.Helper()
	return ImportReturns(t.Context(), d.server.Book(), intake.FromBytes("returns.csv", []byte(text)), extract2024, opts)
}

func (d *desk) returns(t testing.TB, id string) []*homecarev1.HomeCareReturn {
	t.Helper()
	kept := must(d.ListHomeCareReturns(d.ctx, &homecarev1.ListHomeCareReturnsRequest{Parent: prefix + id}))(t).GetHomeCareReturns()
	for _, r := range kept {
		r.Name, r.Revision, r.RecordedAt = "", 0, nil
	}
	return kept
}

func TestRowsBecomeReturns(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		d.register(t, branch("1-1", home, "valleys", "border"))
		const file = zoneHeader +
			"1-1,2024-01-10,valleys,100,120.5,20,30,10,E10000018:1,2,2,14,2024-01-02,1,7,,,,,,,25\n" +
			"1-1,2024-01-10,valleys,,,,,,,1,1,7,2024-01-05,,,,,,,,,\n" +
			"1-1,2024-01-10,border,10,10,,,,,,,,,,,12,10,6,2,20,18,\n"
		report := must(d.importReturns(t, intake.Options{}, file))(t)
		if report.Created != 1 || report.Rows != 3 {
			t.Errorf("report %+v", report)
		}
		valleys := row("valleys", 100, 120.5, 20, paid(council, 30), paid(selfFunder, 10))
		valleys.People = append(valleys.People, &homecarev1.PeopleByPayer{
			Payer: homecarev1.Payer_PAYER_ANOTHER_COUNCIL, PlacingAuthority: "authorities/E10000018", People: 1,
		})
		border := row("border", 10, 10, 0)
		border.HoursSpare = nil
		wanted := []*homecarev1.HomeCareReturn{{
			HomeCareBranch: prefix + "1-1", AsAt: "2024-01-10", SourceId: "returns-2024-01", Zones: []*homecarev1.ZoneReturn{valleys, border},
			Waiting: []*homecarev1.WaitingPackages{
				{Zone: "zones/valleys", Packages: 2, People: 2, Hours: 14, WaitingSince: "2024-01-02"},
				{Zone: "zones/valleys", Packages: 1, People: 1, Hours: 7, WaitingSince: "2024-01-05"},
			},
			HandedBack: []*homecarev1.PackagesHandedBack{{Zone: "zones/valleys", Packages: 1, Hours: 7}},
			IntermediateCare: []*homecarev1.IntermediateCareReturn{{
				Zone: "zones/border", HomeFirstCases: 12, AssessedWithin_48Hours: 10, OnwardToReablement: 6, StepUpCases: 2, Places: 20, PlacesUsed: 18,
			}},
			Staff: &homecarev1.StaffReturn{CareWorkersEmployed: 25},
		}}
		if diff := cmp.Diff(wanted, d.returns(t, "1-1"), protocmp.Transform()); diff != "" {
			t.Errorf("return (-want +got)\n%s", diff)
		}
		again := must(d.importReturns(t, intake.Options{}, file))(t)
		if again.Unchanged != 1 || again.Revision != report.Revision {
			t.Errorf("run twice: %+v, after %+v", again, report)
		}
	})
}

func TestRowsAreRejectedWithEveryReason(t *testing.T) {
	d := open(t, storetest.SQLite(t))
	d.register(t, branch("1-1", home, "valleys"), branch("1-2", home, "vale"))
	const file = zoneHeader +
		"1-1,2024-01-10,valleys,100,120,20,,,,,,,,,,,,,,,,\n" + // 2
		"1-1,2024-01-10,city,1,1,1,,,,,,,,,,,,,,,,5\n" + // 3: does not serve it
		"1-2,2024-01-10,vale,1,1,1,,,,,,,,,,,,,,,,\n" + // 4: sound
		"1-2,2024-01-11,vale,much,1,1,,,,1,,,,,,,,,,,,\n" // 5
	report, err := d.importReturns(t, intake.Options{}, file)
	if err == nil || len(d.returns(t, "1-2")) != 0 {
		t.Fatalf("%v, %+v", err, report)
	}
	report = must(d.importReturns(t, intake.Options{Partial: true}, file))(t)
	var got []string
	for _, r := range report.RejectedFirst {
		for _, f := range r.Faults {
			got = append(got, strings.TrimSpace(fmt.Sprint(r.Row, " ", f.Field)))
		}
	}
	wanted := []string{"2", "3 zone", "5 hours_delivered", "5 waiting_people", "5 waiting_hours", "5 waiting_since"}
	if diff := cmp.Diff(wanted, got); diff != "" || report.Created != 1 {
		t.Errorf("rejected (-want +got)\n%s\n%+v", diff, report)
	}
}

func TestCapacityTrackerExtract(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		d.register(t, branch("1-1", home, "valleys"), branch("1-2", home))
		const file = "cqcid,cqcsurveylastupdatedutc,serviceusercount,usersnhsla,usersselffunded,extrahourscount,canprovidermorehours,cqccareworkersemployed\n" +
			"1-1,2024-01-10T09:00:00Z,40,30,10,120,Yes,25\n" +
			"1-2,2024-01-10 09:00:00,40,,,50,No,\n"
		report := must(d.importReturns(t, intake.Options{}, file))(t)
		if report.Created != 2 || len(report.Notes) != 3 {
			t.Errorf("report %+v", report)
		}
		spare, none := 120.0, 0.0
		wanted := []*homecarev1.HomeCareReturn{
			{
				HomeCareBranch: prefix + "1-1", AsAt: "2024-01-10", SourceId: "returns-2024-01",
				Zones: []*homecarev1.ZoneReturn{{HoursSpare: &spare, People: []*homecarev1.PeopleByPayer{
					paid(homecarev1.Payer_PAYER_COUNCIL_OR_NHS, 30), paid(selfFunder, 10),
				}}},
				Staff: &homecarev1.StaffReturn{CareWorkersEmployed: 25},
			},
			{
				HomeCareBranch: prefix + "1-2", AsAt: "2024-01-10", SourceId: "returns-2024-01",
				Zones: []*homecarev1.ZoneReturn{{HoursSpare: &none}},
			},
		}
		if diff := cmp.Diff(wanted, append(d.returns(t, "1-1"), d.returns(t, "1-2")...), protocmp.Transform()); diff != "" {
			t.Errorf("returns (-want +got)\n%s", diff)
		}
	})
}

func FuzzImportCQC(f *testing.F) {
	f.Add(inDirectory(inRow("1-1"), inRow("1-2", "Service type - Domiciliary care service", "N")))
	f.Add([]byte("Location ID,\xff\n"))
	d := open(f, storetest.SQLite(f))
	locate := geo.NewLocator(booktest.Atlas(f), nil)
	f.Fuzz(func(t *testing.T, data []byte) {
		report, err := ImportCQC(t.Context(), d.server.Book(), locate, intake.FromBytes("d.csv", data), onCQC, intake.Options{Partial: true})
		if err != nil {
			return
		}
		if done := report.Created + report.Updated + report.Unchanged + report.Skipped + report.Rejected; done != report.Rows {
			t.Errorf("%d of %d rows are accounted for: %+v", done, report.Rows, report)
		}
	})
}

func FuzzImportReturns(f *testing.F) {
	f.Add([]byte(zoneHeader + "1-1,2024-01-10,valleys,100,120,20,30,10,E10000018:1,2,2,14,2024-01-02,1,7,12,10,6,2,20,18,25\n"))
	f.Add([]byte("cqcid,cqcsurveylastupdatedutc,usersnhsla,usersselffunded,extrahourscount\n1-1,2024-01-10 09:00,30,10,120\n"))
	d := open(f, storetest.SQLite(f))
	d.register(f, branch("1-1", home, "valleys"))
	f.Fuzz(func(t *testing.T, data []byte) {
		src := intake.FromBytes("r.csv", data)
		report, err := ImportReturns(t.Context(), d.server.Book(), src, extract2024, intake.Options{Partial: true})
		if err != nil {
			return
		}
		again := must(ImportReturns(t.Context(), d.server.Book(), src, extract2024, intake.Options{Partial: true}))(t)
		if again.Created != 0 || again.Rejected != report.Rejected {
			t.Errorf("run twice: %+v, after %+v", again, report)
		}
	})
}
