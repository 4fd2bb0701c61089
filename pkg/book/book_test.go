package book_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/timestamppb"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/period"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

var today = period.NewDate(2024, time.March, 20)

const (
	byDay   = commonv1.HistoryStep_HISTORY_STEP_DAY
	byMonth = commonv1.HistoryStep_HISTORY_STEP_MONTH
	byYear  = commonv1.HistoryStep_HISTORY_STEP_YEAR
)

// fields are the faults that an error names.
func fields(err error) []string {
	var named []string
	for _, v := range errs.Violations(err) {
		named = append(named, v.Field)
	}
	return named
}

func TestSteps(t *testing.T) {
	for name, test := range map[string]struct {
		from, to string
		step     commonv1.HistoryStep
		want     []string
		faults   []string
	}{
		"months and the day itself": {"2024-01-15", "2024-03-20", byMonth, []string{"2024-01-31", "2024-02-29", "2024-03-20"}, nil},
		"months by default":         {"2024-01-15", "2024-02-20", 0, []string{"2024-01-31", "2024-02-20"}, nil},
		"a month's end once":        {"2024-01-01", "2024-02-29", byMonth, []string{"2024-01-31", "2024-02-29"}, nil},
		"days":                      {"2024-02-28", "2024-03-01", byDay, []string{"2024-02-28", "2024-02-29", "2024-03-01"}, nil},
		"years and the day itself":  {"2021-05-01", "2024-03-20", byYear, []string{"2021-12-31", "2022-12-31", "2023-12-31", "2024-03-20"}, nil},
		"too many years":            {"2012-01-01", "2024-03-20", byYear, nil, []string{"to"}},
		"one day":                   {"2024-02-28", "2024-02-28", byDay, []string{"2024-02-28"}, nil},
		"backwards":                 {"2024-02-28", "2024-02-27", byDay, nil, []string{"to"}},
		"to the future":             {"2024-02-28", "2024-03-21", byDay, nil, []string{"to"}},
		"no days":                   {"2024-02-30", "soon", byDay, nil, []string{"from", "to"}},
		"too many days":             {"2022-01-01", "2024-03-20", byDay, nil, []string{"to"}},
		"too many months":           {"2010-01-01", "2024-03-20", byMonth, nil, []string{"to"}},
	} {
		days, err := book.Steps(test.from, test.to, test.step, today)
		var got []string
		for _, d := range days {
			got = append(got, d.String())
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
		if diff := cmp.Diff(test.faults, fields(err)); diff != "" {
			t.Errorf("%s, faults (-want +got)\n%s", name, diff)
		}
	}
}

func TestStepsRiseToTheLastDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		last := today.AddDays(-rapid.IntRange(0, 1000).Draw(t, "ago"))
		first := last.AddDays(-rapid.IntRange(0, 390).Draw(t, "span"))
		step := rapid.SampledFrom([]commonv1.HistoryStep{byDay, byMonth}).Draw(t, "step")
		days, err := book.Steps(first.String(), last.String(), step, today)
		if err != nil {
			t.Fatal(err)
		}
		if days[len(days)-1] != last || days[0].Before(first) {
			t.Fatalf("from %s to %s: %v", first, last, days)
		}
		for i := 1; i < len(days); i++ {
			if !days[i-1].Before(days[i]) {
				t.Fatalf("they do not rise: %v", days)
			}
			if step == byMonth && days[i-1] != days[i-1].MonthEnd() {
				t.Fatalf("%s ends no month", days[i-1])
			}
		}
	})
}

func TestDay(t *testing.T) {
	for text, want := range map[string]string{"": "2024-03-20", "2024-03-20": "2024-03-20", "1999-12-31": "1999-12-31"} {
		if got, err := book.Day("as_at", text, today); err != nil || got.String() != want {
			t.Errorf("%q is %s (%v)", text, got, err)
		}
	}
	for _, text := range []string{"2024-03-21", "2024-02-30", "20/03/2024", "tomorrow"} {
		_, err := book.Day("as_at", text, today)
		if diff := cmp.Diff([]string{"as_at"}, fields(err)); diff != "" {
			t.Errorf("%q (-want +got)\n%s", text, diff)
		}
	}
}

func TestMoment(t *testing.T) {
	if got, err := book.Moment(nil); got != 0 || err != nil {
		t.Errorf("no moment is %d (%v)", got, err)
	}
	at := time.Date(2024, 3, 20, 12, 0, 0, 123456000, time.UTC)
	got, err := book.Moment(timestamppb.New(at))
	if err != nil || got != at.UnixMicro() || !book.Stamp(got).AsTime().Equal(at) {
		t.Errorf("%s is %d (%v)", at, got, err)
	}
	for _, bad := range []*timestamppb.Timestamp{{}, {Seconds: -1}, {Seconds: 1, Nanos: -1}} {
		if _, err := book.Moment(bad); len(fields(err)) != 1 {
			t.Errorf("%v: %v", bad, err)
		}
	}
	if book.Stamp(0) != nil {
		t.Error("no moment is written")
	}
}

func TestNamed(t *testing.T) {
	stands := &carehomesv1.CareHome{Name: "careHomes/1-1", Title: "Old", Brand: "Elm", RegisteredBeds: 10}
	changes := &carehomesv1.CareHome{Name: "careHomes/1-1", Title: "New", RegisteredBeds: 20}
	for name, test := range map[string]struct {
		mask        []string
		title       string
		brand       string
		beds        int32
		wantedFault bool
	}{
		"no mask: all that is set":       {nil, "New", "Elm", 20, false},
		"a field":                        {[]string{"title"}, "New", "Elm", 10, false},
		"a field that is cleared":        {[]string{"brand", "registered_beds"}, "Old", "", 20, false},
		"a field that is not, and a dot": {[]string{"colour", "placement.doubt"}, "Old", "Elm", 10, true},
	} {
		got, err := book.Named(stands, changes, test.mask)
		if test.wantedFault {
			if diff := cmp.Diff([]string{"update_mask", "update_mask"}, fields(err)); diff != "" {
				t.Errorf("%s (-want +got)\n%s", name, diff)
			}
			continue
		}
		if err != nil || got.GetTitle() != test.title || got.GetBrand() != test.brand || got.GetRegisteredBeds() != test.beds {
			t.Errorf("%s: %v (%v)", name, got, err)
		}
	}
	if stands.GetTitle() != "Old" || stands.GetRegisteredBeds() != 10 {
		t.Errorf("what stood was altered: %v", stands)
	}
}

func TestUnder(t *testing.T) {
	err := book.Under("care_home", errs.Invalid(
		errs.Violation{Field: "title"}, errs.Violation{Field: "beds[0].used"}, errs.Violation{},
		errs.Violation{Field: "update_mask"}, errs.Violation{Field: "request_id"},
	))
	want := []string{"care_home.title", "care_home.beds[0].used", "care_home", "update_mask", "request_id"}
	if diff := cmp.Diff(want, fields(err)); diff != "" {
		t.Errorf("fields (-want +got)\n%s", diff)
	}
	away := errors.New("away")
	if got := book.Under("care_home", away); !errors.Is(got, away) {
		t.Errorf("another error becomes %v", got)
	}
	if book.Under("care_home", nil) != nil {
		t.Error("no error becomes one")
	}
}

func TestSinglePlaces(t *testing.T) {
	for who, want := range map[audience.Audience]codes.Code{
		audience.Public: codes.PermissionDenied, audience.Provider: codes.PermissionDenied,
		audience.Commissioner: codes.OK, audience.System: codes.OK,
	} {
		if got := errs.Code(book.SinglePlaces(audience.With(t.Context(), who))); got != want {
			t.Errorf("%s: %s", who, got)
		}
	}
	if errs.Code(book.SinglePlaces(t.Context())) != codes.PermissionDenied {
		t.Error("nobody in particular may")
	}
}
