package carehomes

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/intake"
	"github.com/caremarket/caremarket/pkg/storetest"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

var extract2024 = &commonv1.Source{
	Id: "returns-2024-01", Kind: commonv1.SourceKind_SOURCE_KIND_PROVIDER_RETURN, Title: "Returns of January 2024", Edition: "January 2024",
}

const bedHeader = "care_home,as_at,bed_type,maximum,used,reserved,accepting,used_this_council,used_nhs,used_self_funder,used_other_councils,nurses_employed,care_workers_employed\n"

func (d *desk) importReturns(t testing.TB, opts intake.Options, text string) (intake.Report, error) {
	t.Helper()
	return ImportReturns(t.Context(), d.server.Book(), intake.FromBytes("returns.csv", []byte(text)), extract2024, opts)
}

func (d *desk) returns(t testing.TB, id string) []*carehomesv1.CareHomeReturn {
	t.Helper()
	kept := must(d.ListCareHomeReturns(d.ctx, &carehomesv1.ListCareHomeReturnsRequest{Parent: prefix + id}))(t).GetCareHomeReturns()
	for _, r := range kept {
		r.Name, r.Revision, r.RecordedAt = "", 0, nil
	}
	return kept
}

func TestRowsBecomeReturns(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		d.register(t, home("1-1", "1-100", 60), home("1-2", "1-100", 20))
		const file = bedHeader +
			"1-1,2024-01-10,general_nursing,40,30,2,5,10,2,15,E10000018:2; 1,6,20\n" +
			"1-1,10/01/2024,Dementia_Nursing,20,20,0,0,,,,,,\n" +
			"careHomes/1-2,2024-01-10,general_residential,20,10,0,4,,,,,,\n"
		report := must(d.importReturns(t, intake.Options{}, file))(t)
		if report.Created != 2 || report.Rows != 3 {
			t.Errorf("report %+v", report)
		}
		nursing := bed(generalNursing, 40, 30, 2, 5)
		nursing.Payers = []*carehomesv1.UsedByPayer{
			{Payer: carehomesv1.Payer_PAYER_THIS_COUNCIL, Used: 10},
			{Payer: carehomesv1.Payer_PAYER_NHS, Used: 2},
			{Payer: carehomesv1.Payer_PAYER_SELF_FUNDER, Used: 15},
			{Payer: carehomesv1.Payer_PAYER_ANOTHER_COUNCIL, PlacingAuthority: "authorities/E10000018", Used: 2},
			{Payer: carehomesv1.Payer_PAYER_ANOTHER_COUNCIL, Used: 1},
		}
		wanted := []*carehomesv1.CareHomeReturn{{
			CareHome: "careHomes/1-1", AsAt: "2024-01-10", SourceId: "returns-2024-01",
			Beds:  []*carehomesv1.BedReturn{nursing, bed(dementiaNursing, 20, 20, 0, 0)},
			Staff: &carehomesv1.StaffReturn{NursesEmployed: 6, CareWorkersEmployed: 20},
		}}
		if diff := cmp.Diff(wanted, d.returns(t, "1-1"), protocmp.Transform()); diff != "" {
			t.Errorf("return (-want +got)\n%s", diff)
		}
		again := must(d.importReturns(t, intake.Options{}, file))(t)
		if again.Unchanged != 2 || again.Created != 0 || again.Revision != report.Revision {
			t.Errorf("run twice: %+v, after %+v", again, report)
		}
	})
}

func TestRowsAreRejectedWithEveryReason(t *testing.T) {
	d := open(t, storetest.SQLite(t))
	d.register(t, home("1-1", "1-100", 60), home("1-2", "1-100", 20))
	const file = bedHeader +
		"1-1,2024-01-10,general_nursing,40,30,2,5,,,,,,\n" + // 2: sound, but its return is not
		"1-1,2024-01-10,dementia_nursing,20,21,0,0,,,,,,\n" + // 3
		"1-2,2024-01-10,general_residential,20,10,0,4,,,,,,\n" + // 4: sound
		"1-1,2024-01-10,transitional,1,1,0,0,,,,,,\n" + // 5: apart from 2
		"1-404,2024-01-10,palace,-1,1,0,0,,,,,,\n" + // 6
		"1-2,2024-01-11,general_residential,20,10,0,4,9,,,x:1,,\n" + // 7
		"1-2,yesterday,general_residential,20,10,0,4,,,,,,\n" // 8
	var written bytes.Buffer
	report, err := d.importReturns(t, intake.Options{Rejects: &written}, file)
	if err == nil || len(d.returns(t, "1-2")) != 0 {
		t.Fatalf("%v, %+v", err, report)
	}
	report = must(d.importReturns(t, intake.Options{Partial: true}, file))(t)
	if report.Created != 1 || report.Rejected != 6 {
		t.Errorf("report %+v", report)
	}
	var got []string
	for _, r := range report.RejectedFirst {
		for _, f := range r.Faults {
			got = append(got, strings.TrimSpace(fmt.Sprint(r.Row, " ", f.Field)))
		}
	}
	wanted := []string{"2", "3", "5", "6 bed_type", "6 maximum", "6", "7 used_other_councils", "8 as_at"}
	if diff := cmp.Diff(wanted, got); diff != "" {
		t.Errorf("rejected (-want +got)\n%s\n%v", diff, report.RejectedFirst)
	}
	if n := strings.Count(written.String(), "\n"); n != 7 {
		t.Errorf("%d lines of rejects:\n%s", n, written.String())
	}
}

func TestPayersThatDoNotAddUpAreNamedByRow(t *testing.T) {
	d := open(t, storetest.SQLite(t))
	d.register(t, home("1-1", "1-100", 60))
	report := must(d.importReturns(t, intake.Options{Partial: true}, bedHeader+
		"1-1,2024-01-10,dementia_nursing,20,20,0,0,,,,,,\n"+
		"1-1,2024-01-10,general_nursing,40,30,2,5,10,,,,,\n"))(t)
	if len(report.RejectedFirst) != 2 || report.RejectedFirst[1].Faults[0].Field != "payers" {
		t.Errorf("rejected %v", report.RejectedFirst)
	}
}

func TestManyReturnsAreKeptInParts(t *testing.T) {
	d := open(t, storetest.SQLite(t))
	d.register(t, home("1-1", "1-100", 60))
	var file strings.Builder
	file.WriteString(bedHeader)
	const many = 1203
	for i := range many {
		day := date("2020-01-01").AddDays(i)
		fmt.Fprintf(&file, "1-1,%s,general_nursing,40,30,2,5,,,,,,\n1-1,%s,transitional,2,1,0,0,,,,,,\n", day, day)
	}
	told := int64(0)
	report := must(d.importReturns(t, intake.Options{Progress: func(done, _ int64) { told = done }}, file.String()))(t)
	if report.Created != many || report.Rows != 2*many || told == 0 {
		t.Errorf("%d bytes told, report %+v", told, report)
	}
	if again := must(d.importReturns(t, intake.Options{}, file.String()))(t); again.Unchanged != many {
		t.Errorf("run twice: %+v", again)
	}
}

func TestCapacityTrackerExtract(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		nursing := home("1-1", "1-100", 60)
		nursing.Services = []carehomesv1.CareHomeService{carehomesv1.CareHomeService_CARE_HOME_SERVICE_NURSING}
		d.register(t, nursing, home("1-2", "1-100", 20))
		const file = "cqcid,location,lastupdatedutc,maxcapacity,usedbeds,declaredvacancies,isacceptingadmissions,nursesemployed,careworkersemployed,noncareworkersemployed,agencynursesemployed,agencycareworkersemployed,agencynoncareworkersemployed\n" +
			"1-1,The Elms,2024-06-10T23:30:00Z,60,50,10,Yes,5,30,10,1,2,0\n" +
			"1-2,The Oaks,10/06/2024 09:00,20,15,3,No,,,,,,\n"
		report := must(d.importReturns(t, intake.Options{}, file))(t)
		if report.Created != 2 || len(report.Notes) != 2 {
			t.Errorf("report %+v", report)
		}
		got := append(d.returns(t, "1-1"), d.returns(t, "1-2")...)
		wanted := []*carehomesv1.CareHomeReturn{
			{
				// Half past midnight of the next day, British Summer Time.
				CareHome: "careHomes/1-1", AsAt: "2024-06-11", SourceId: "returns-2024-01",
				Beds: []*carehomesv1.BedReturn{bed(generalNursing, 60, 50, 0, 10)},
				Staff: &carehomesv1.StaffReturn{
					NursesEmployed: 5, CareWorkersEmployed: 30, NonCareWorkersEmployed: 10, NursesAgency: 1, CareWorkersAgency: 2,
				},
			},
			{
				CareHome: "careHomes/1-2", AsAt: "2024-06-10", SourceId: "returns-2024-01",
				Beds: []*carehomesv1.BedReturn{bed(generalRes, 20, 15, 0, 0)},
			},
		}
		if diff := cmp.Diff(wanted, got, protocmp.Transform()); diff != "" {
			t.Errorf("returns (-want +got)\n%s", diff)
		}
		if again := must(d.importReturns(t, intake.Options{}, file))(t); again.Unchanged != 2 || again.Revision != report.Revision {
			t.Errorf("run twice: %+v", again)
		}
	})
}

func FuzzImportReturns(f *testing.F) {
	f.Add([]byte(bedHeader + "1-1,2024-01-10,general_nursing,40,30,2,5,10,,,E10000018:20,6,20\n1-1,2024-01-10,transitional,4,3,0,0,,,,,,\n"))
	f.Add([]byte("cqcid,lastupdatedutc,maxcapacity,usedbeds,declaredvacancies\n1-1,2024-01-10 09:00,60,50,10\n1-1,2024-01-10,60,50,10\n"))
	f.Add([]byte("\xff\xfe"))
	d := open(f, storetest.SQLite(f))
	d.register(f, home("1-1", "1-100", 60))
	f.Fuzz(func(t *testing.T, data []byte) {
		src := intake.FromBytes("r.csv", data)
		report, err := ImportReturns(t.Context(), d.server.Book(), src, extract2024, intake.Options{Partial: true})
		if err != nil {
			return
		}
		if report.Created+report.Updated+report.Unchanged+report.Rejected > report.Rows {
			t.Errorf("more returns than rows: %+v", report)
		}
		again := must(ImportReturns(t.Context(), d.server.Book(), src, extract2024, intake.Options{Partial: true}))(t)
		if again.Created != 0 || again.Rejected != report.Rejected {
			t.Errorf("run twice: %+v, after %+v", again, report)
		}
	})
}

// Whatever a caller sends, the rules answer with faults by field, and what they let pass
// can be counted.
func FuzzCheckReturn(f *testing.F) {
	for _, r := range []*carehomesv1.CareHomeReturn{
		{}, {Beds: []*carehomesv1.BedReturn{bed(generalNursing, 40, 30, 2, 5), bed(generalNursing, 1, 2, 0, 0)}},
	} {
		seed, err := proto.Marshal(r)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(seed)
	}
	h := home("1-1", "1-100", 40)
	m := market{rules: DefaultRules()}
	checker := open(f, storetest.SQLite(f)).Checker
	f.Fuzz(func(t *testing.T, sent []byte) {
		r := &carehomesv1.CareHomeReturn{}
		if proto.Unmarshal(sent, r) != nil {
			return
		}
		if err := m.CheckReturn(h, r, date("2024-01-31")); err != nil {
			for _, v := range errs.Violations(err) {
				if v.Field == "" || v.Description == "" {
					t.Fatalf("a fault without a field or words: %+v", v)
				}
			}
			return
		}
		r.CareHome, r.AsAt = h.GetName(), "2024-01-10"
		if checker.Validate(r) != nil {
			return
		}
		m.Flag(h, r)
		Capacity(ask(audience.Public), []Standing{returned(h, "2024-01-10", r.GetBeds()...)}, known)
	})
}
