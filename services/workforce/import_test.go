package workforce

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/intake"
	"github.com/caremarket/caremarket/pkg/storetest"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
)

const header = "employer,as_at,registered_nurse_permanent,care_worker_permanent,care_worker_temporary,care_worker_agency," +
	"care_worker_vacancies,care_worker_leavers,care_worker_zero_hours,age_under_25,age_65_plus,trained_dementia,dspt_status,digital_social_care_records\n"

func file(rows ...string) intake.Source {
	return intake.FromBytes("returns.csv", []byte(header+strings.Join(rows, "\n")+"\n"))
}

func TestImportReadsEveryColumn(t *testing.T) {
	var names, cells []string
	add := func(name, cell string) { names, cells = append(names, name), append(cells, cell) }
	add("Employer", "employers/1-1")
	add("AS_AT", "31/03/2024")
	for r := 1; r <= roleCount; r++ {
		for i, item := range roleItems {
			add(roleColumn(workforcev1.RoleGroup(r), item), []string{"9", "3", "1", "2", "4", "5", "6", "30.5", "7", "12.44", "2"}[i])
		}
	}
	for band := 1; band <= ageCount; band++ {
		add(ageColumn(workforcev1.AgeBand(band)), "10")
	}
	for what := 1; what <= trainingCount; what++ {
		add(trainingColumn(workforcev1.Training(what)), "33")
	}
	add(columnDspt, "Standards_Exceeded")
	add(columnDigital, "no")
	if got := unread(names); len(got) > 0 {
		t.Errorf("unread: %v", got)
	}
	storetest.Engines(t, func(t *testing.T, url string) {
		s := open(t, url, employer("1-1"))
		source := intake.FromBytes("all.csv", []byte(strings.Join(names, ",")+"\n"+strings.Join(cells, ",")+"\n"))
		report, err := ImportReturns(t.Context(), s.Book(), source, extract, intake.Options{})
		if err != nil || report.Created != 1 || len(report.Notes) > 0 {
			t.Fatalf("%+v, %v", report, err)
		}
		kept := s.returns(t, "1-1")[0]
		kept.Name, kept.Revision, kept.RecordedAt = "", 0, nil
		want := &workforcev1.EmployerReturn{
			Employer: "employers/1-1", AsAt: "2024-03-31", SourceId: extract.GetId(),
			DsptStatus: workforcev1.DsptStatus_DSPT_STATUS_STANDARDS_EXCEEDED, DigitalSocialCareRecords: new(false),
		}
		for r := 1; r <= roleCount; r++ {
			role := paid(flows(row(workforcev1.RoleGroup(r), 9, 3, 1, 2), 4, 5, 6), 12.44)
			role.SicknessDays, role.ZeroHours, role.InternationalRecruits = new(30.5), new(int32(7)), new(int32(2))
			want.Roles = append(want.Roles, role)
		}
		for band := 1; band <= ageCount; band++ {
			want.AgeBands = append(want.AgeBands, ageBand(workforcev1.AgeBand(band), 10))
		}
		for what := 1; what <= trainingCount; what++ {
			want.Training = append(want.Training, trainedIn(workforcev1.Training(what), 33))
		}
		if diff := cmp.Diff(want, kept, protocmp.Transform()); diff != "" {
			t.Errorf("kept (-want +got)\n%s", diff)
		}
	})
}

func TestImportTwiceChangesNothing(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		s := open(t, url, employer("1-1"), employer("1-2"))
		rows := []string{"1-1,2024-09-30,6,40,2,3,4,10,,,,,standards_met,yes", "1-2,2024-09-30,,12,,,1,3,12,,,,,no"}
		first, err := ImportReturns(t.Context(), s.Book(), file(rows...), extract, intake.Options{})
		if err != nil || first.Rows != 2 || first.Created != 2 || first.Revision == 0 {
			t.Fatalf("first: %+v, %v", first, err)
		}
		slices.Reverse(rows)
		again, err := ImportReturns(t.Context(), s.Book(), file(rows...), extract, intake.Options{})
		if err != nil || again.Created != 0 || again.Unchanged != 2 || again.Revision != first.Revision {
			t.Errorf("again: %+v, %v", again, err)
		}
		changed, err := ImportReturns(t.Context(), s.Book(), file(strings.Replace(rows[0], ",12,", ",14,", 1)), extract, intake.Options{})
		if err != nil || changed.Created != 1 || changed.Revision <= first.Revision {
			t.Errorf("another number: %+v, %v", changed, err)
		}
		elsewhere, err := ImportReturns(t.Context(), s.Book(), file(rows[0]), madeUp, intake.Options{})
		if err != nil || elsewhere.Created != 1 {
			t.Errorf("another source: %+v, %v", elsewhere, err)
		}
		if got := len(s.returns(t, "1-2")); got != 3 {
			t.Errorf("%d returns of 1-2", got)
		}
	})
}

// Every reason for a rejection, by its column.
var rejected = []struct{ row, reason string }{
	{"1-9,2024-09-30,,12,,,,,,,,,,", "employer: employers/1-9 is not on the register"},
	{",2024-09-30,,12,,,,,,,,,,", "employer: is empty"},
	{"1-1,2024-02-30,,12,,,,,,,,,,", `as_at: "2024-02-30" is not a date: write it as 2024-01-31 or 31/01/2024`},
	{"1-1,2999-01-01,,12,,,,,,,,,,", "as_at: 2999-01-01 lies in the future"},
	{"1-1,2024-09-30,,-1,x,,,,,,,,,", "care_worker_permanent: \"-1\" is not a whole number of at least 0; care_worker_temporary: \"x\" is not a whole number"},
	{"1-1,2024-09-30,,100001,,,,,,,,,,", "care_worker_permanent: "},
	{"1-1,2024-09-30,,,,,,,,,,,,", "says nothing of any role group"},
	{"1-1,2024-09-30,2,12,1,,,,14,,,,,", "care_worker_zero_hours: 14 are more than the 13 permanent and temporary staff"},
	{"1-1,2024-09-30,,12,,,,,,5,6,,,", "the ages add up to 11, not to the 12"},
	{"1-1,2024-09-30,,12,,,,,,,,13,,", "trained_dementia: 13 are more than the 12 permanent and temporary staff"},
	{"1-1,2024-09-30,,12,,,,,,,,,good,", `dspt_status: "good" is none of not_registered`},
	{"1-1,2024-09-30,,12,,,,,,,,,,maybe", `digital_social_care_records: "maybe" is none of yes, no`},
}

func TestImportRejectsWithReasons(t *testing.T) {
	s := open(t, storetest.SQLite(t), employer("1-1"))
	for _, c := range rejected {
		report, err := ImportReturns(t.Context(), s.Book(), file(c.row), extract, intake.Options{})
		refused, ok := errors.AsType[*intake.RejectedError](err)
		if !ok || refused.Count != 1 || report.Rejected != 1 || report.Created != 0 {
			t.Errorf("%s: %+v, %v", c.row, report, err)
			continue
		}
		if got := report.RejectedFirst[0].String(); !strings.Contains(got, c.reason) {
			t.Errorf("%s is rejected because of %q, want %q", c.row, got, c.reason)
		}
	}
	if got := len(s.returns(t, "1-1")); got != 0 {
		t.Errorf("%d rejected returns were kept", got)
	}
}

func TestImportIsWholeOrNothingUnlessPartial(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		s := open(t, url, employer("1-1"), employer("1-2"))
		mixed := file(
			"1-1,2024-09-30,6,40,2,3,4,10,,,,,,", "1-9,2024-09-30,,12,,,,,,,,,,", "1-2,2024-09-30,,x,,,,,,,,,,", "1-1,2024-09-30,7,40,,,,,,,,,,",
		)
		var rejects bytes.Buffer
		report, err := ImportReturns(t.Context(), s.Book(), mixed, extract, intake.Options{Rejects: &rejects})
		if _, ok := errors.AsType[*intake.RejectedError](err); !ok || report.Rejected != 3 || report.Created != 0 {
			t.Fatalf("whole: %+v, %v", report, err)
		}
		if n := len(s.returns(t, "1-1")); n != 0 {
			t.Fatalf("%d returns were kept of a file with faults", n)
		}
		rejects.Reset()
		report, err = ImportReturns(t.Context(), s.Book(), mixed, extract, intake.Options{Partial: true, Rejects: &rejects})
		if err != nil || report.Rows != 4 || report.Created != 1 || report.Rejected != 3 {
			t.Fatalf("in part: %+v, %v", report, err)
		}
		if text := rejects.String(); !strings.Contains(text, "row 2 already") || strings.Count(text, "\n") != 4 {
			t.Errorf("rejects:\n%s", text)
		}
		// What was written can be mended and imported by itself.
		mended := strings.NewReplacer("1-9,", "1-2,", ",x,", ",12,", "1-1,2024-09-30,7", "1-1,2024-09-29,7").Replace(rejects.String())
		lines := strings.SplitAfter(mended, "\n")
		report, err = ImportReturns(t.Context(), s.Book(), intake.FromBytes("mended.csv", []byte(lines[0]+lines[1]+lines[3])), extract, intake.Options{})
		if err != nil || report.Created != 2 || len(report.Notes) != 0 {
			t.Errorf("mended: %+v, %v\n%s", report, err, mended)
		}
	})
}

func TestImportSaysWhatItDoesNotRead(t *testing.T) {
	s := open(t, storetest.SQLite(t), employer("1-1"))
	source := intake.FromBytes("x.csv", []byte("employer,as_at,care_worker_permanent,care_worker_vacancy,remarks\n1-1,2024-09-30,9,4,none\n"))
	report, err := ImportReturns(t.Context(), s.Book(), source, extract, intake.Options{})
	if err != nil || len(report.Notes) != 1 || !strings.Contains(report.Notes[0], "care_worker_vacancy, remarks") {
		t.Errorf("%+v, %v", report, err)
	}
	if _, err := ImportReturns(t.Context(), s.Book(), source, nil, intake.Options{}); err == nil {
		t.Error("returns from nowhere are taken")
	}
	_, err = ImportReturns(t.Context(), s.Book(), intake.FromBytes("x.csv", []byte("employer,as_at\n")), extract, intake.Options{})
	if err == nil || !strings.Contains(err.Error(), "care_worker_permanent") {
		t.Errorf("a file of another kind: %v", err)
	}
}

// The document's own example can be imported, and names no column that is not read.
func TestTheDocumentedExample(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "formats", "workforce-returns.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(text), "```csv\n")
	example, _, found := strings.Cut(after, "```")
	if !found {
		t.Fatal("there is no example")
	}
	s := open(t, storetest.SQLite(t), employer("1-123456789"), employer("em-stroud-carers"))
	report, err := ImportReturns(t.Context(), s.Book(), intake.FromBytes("example.csv", []byte(example)), extract, intake.Options{})
	if err != nil || report.Created != 2 || len(report.Notes) > 0 {
		t.Errorf("%+v, %v", report, err)
	}
	for _, name := range append(slices.Clone(roleItems), columnDspt, columnDigital) {
		if !strings.Contains(string(text), "_"+name) && !strings.Contains(string(text), name) {
			t.Errorf("%s is not documented", name)
		}
	}
}

func TestColumnOf(t *testing.T) {
	r := sound()
	for field, want := range map[string]string{
		"roles[1].zero_hours": "registered_nurse_zero_hours", "roles[9].zero_hours": "", "roles": "", "roles[x].zero_hours": "",
		"age_bands": "", "age_bands[2].staff": "age_65_plus", "training[1].staff": "trained_digital",
		"as_at": "as_at", "employer": "employer", "name": "employer", "source_id": "",
	} {
		if got := columnOf(field, r); got != want {
			t.Errorf("%s stands in %q, want %q", field, got, want)
		}
	}
}

func TestFlaggedReturnsAreImportedAndNotCounted(t *testing.T) {
	s := open(t, storetest.SQLite(t), employer("1-1"))
	if _, err := ImportReturns(t.Context(), s.Book(), file("1-1,2024-09-30,,12,,12,,,,,,,,"), extract, intake.Options{}); err != nil {
		t.Fatal(err)
	}
	if flags := s.returns(t, "1-1")[0].GetFlags(); len(flags) != 1 {
		t.Errorf("flags %v", flags)
	}
	c := s.capacity(t, audience.System, "")
	want(t, "filled", c.GetTotal().GetFilled(), "not collected")
	if noteCounts(c)["FLAGGED_RETURNS"] != 1 {
		t.Errorf("notes %v", c.GetDataNotes())
	}
}
