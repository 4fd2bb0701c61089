package carehomes

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/booktest"
	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/storetest"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// sayAll writes standings in short: id, ! when asked about, and people/admittable by kind.
func sayAll(standings []*commonv1.Standing) []string {
	var all []string
	for _, s := range standings {
		line := s.GetName()[len(prefix):]
		if s.GetAsked() {
			line += "!"
		}
		if !s.GetReturned() {
			line += " unknown"
		}
		for _, k := range s.GetKinds() {
			line += fmt.Sprintf(" %s %d/%d", k.GetKind(), k.GetPeople(), k.GetAdmittable())
		}
		all = append(all, line)
	}
	return all
}

// street registers homes of three providers along a line north from Stroud.
func street(t *testing.T, d *desk) {
	t.Helper()
	closed := at(home("1-6", "1-100", 40), booktest.Stroud, 51.745, -2.216)
	closed.DeregisteredOn = "2024-01-05"
	again := at(home("1-7", "1-700", 40), booktest.Stroud, 51.745, -2.216)
	again.Predecessor = closed.GetName()
	d.register(t,
		at(home("1-1", "1-100", 40), booktest.Stroud, 51.745, -2.216),
		at(home("1-2", "1-200", 40), booktest.Stroud, 51.760, -2.216),     // 1 mile off
		at(home("1-3", "1-300", 40), booktest.Gloucester, 51.865, -2.238), // 8 miles off
		at(home("1-4", "1-200", 40), booktest.Stroud, 51.700, -2.216),     // 3 miles off, never returned
		home("1-5", "1-100", 40), // nobody knows where
		closed, again,
	)
	for _, id := range []string{"1-1", "1-2", "1-3", "1-5"} {
		d.submit(t, ofHome(id, "2024-01-10", bed(dementiaNursing, 40, 30, 6, 4)))
	}
	d.submit(t, ofHome("1-6", "2024-01-02", bed(generalNursing, 40, 12, 0, 8)))
	d.submit(t, ofHome("1-2", "2024-01-20", bed(dementiaNursing, 400, 30, 0, 300))) // flagged: it does not stand
}

func TestStandingsAroundAProvider(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		street(t, d)
		for name, test := range map[string]struct {
			ask  *carehomesv1.ListStandingsRequest
			want []string
		}{
			"its own only": {&carehomesv1.ListStandingsRequest{Provider: "providers/1-100"}, []string{
				"1-1! DEMENTIA_NURSING 30/4", "1-5! DEMENTIA_NURSING 30/4", "1-7 GENERAL_NURSING 12/8",
			}},
			"two miles": {&carehomesv1.ListStandingsRequest{Provider: "providers/1-100", WithinMiles: 2}, []string{
				"1-1! DEMENTIA_NURSING 30/4", "1-2 DEMENTIA_NURSING 30/4", "1-5! DEMENTIA_NURSING 30/4", "1-7 GENERAL_NURSING 12/8",
			}},
			"into the next district": {&carehomesv1.ListStandingsRequest{Provider: "providers/1-100", WithinMiles: 9}, []string{
				"1-1! DEMENTIA_NURSING 30/4", "1-2 DEMENTIA_NURSING 30/4", "1-3 DEMENTIA_NURSING 30/4", "1-4 unknown",
				"1-5! DEMENTIA_NURSING 30/4", "1-7 GENERAL_NURSING 12/8",
			}},
			"of an authority": {&carehomesv1.ListStandingsRequest{Authority: "authorities/" + booktest.County}, []string{
				"1-1! DEMENTIA_NURSING 30/4", "1-2! DEMENTIA_NURSING 30/4", "1-3! DEMENTIA_NURSING 30/4", "1-4! unknown",
				"1-5! DEMENTIA_NURSING 30/4", "1-7! GENERAL_NURSING 12/8",
			}},
			"of a provider in an authority": {
				&carehomesv1.ListStandingsRequest{Authority: "authorities/" + booktest.County, Provider: "providers/1-300"},
				[]string{"1-3! DEMENTIA_NURSING 30/4"},
			},
			"before the returns": {&carehomesv1.ListStandingsRequest{Provider: "providers/1-300", AsAt: "2024-01-09"}, []string{"1-3! unknown"}},
			"of nobody known":    {&carehomesv1.ListStandingsRequest{Provider: "providers/ll-nobody"}, nil},
		} {
			if test.ask.AsAt == "" {
				test.ask.AsAt = "2024-01-31"
			}
			res := must(d.ListStandings(d.ctx, test.ask))(t)
			if diff := cmp.Diff(test.want, sayAll(res.GetStandings())); diff != "" {
				t.Errorf("%s (-want +got)\n%s", name, diff)
			}
			if len(test.want) > 0 && (len(res.GetSources()) == 0 || res.GetRevision() == 0) {
				t.Errorf("%s: %d sources, revision %d", name, len(res.GetSources()), res.GetRevision())
			}
		}
	})
}

func TestAStandingSaysHowItStands(t *testing.T) {
	d := open(t, storetest.SQLite(t))
	street(t, d)
	res := must(d.ListStandings(d.ctx, &carehomesv1.ListStandingsRequest{Provider: "providers/1-200", AsAt: "2024-03-31"}))(t)
	s := res.GetStandings()[0]
	if s.GetAsAt() != "2024-01-10" || !s.GetStale() || !s.GetSetAside() || s.GetRegistered() != 40 ||
		s.GetRating() != commonv1.StandingRating_STANDING_RATING_GOOD || s.GetLatitude() != 51.76 || s.GetDistrict() != "districts/"+booktest.Stroud {
		t.Errorf("1-2 stands as %v", s)
	}
	if diff := cmp.Diff([]string{"register", figure.Own().GetId()}, s.GetSourceIds()); diff != "" {
		t.Errorf("it comes from (-want +got)\n%s", diff)
	}
	for _, id := range s.GetSourceIds() {
		if !hasSource(res.GetSources(), id) {
			t.Errorf("%s is named and not listed", id)
		}
	}
}

func hasSource(sources []*commonv1.Source, id string) bool {
	for _, s := range sources {
		if s.GetId() == id {
			return true
		}
	}
	return false
}

func TestStandingsArePaged(t *testing.T) {
	d := open(t, storetest.SQLite(t))
	street(t, d)
	req := &carehomesv1.ListStandingsRequest{Authority: "authorities/" + booktest.County, AsAt: "2024-01-31"}
	whole := sayAll(must(d.ListStandings(d.ctx, req))(t).GetStandings())
	var got []string
	for req.PageSize = 2; ; {
		page := must(d.ListStandings(d.ctx, req))(t)
		got = append(got, sayAll(page.GetStandings())...)
		if req.PageToken = page.GetNextPageToken(); req.PageToken == "" {
			break
		}
	}
	if diff := cmp.Diff(whole, got); diff != "" {
		t.Errorf("in pages of two (-whole +pages)\n%s", diff)
	}
}

func TestStandingsAreForCommissioners(t *testing.T) {
	d := open(t, storetest.SQLite(t))
	ask := &carehomesv1.ListStandingsRequest{Provider: "providers/1-100"}
	for _, who := range []audience.Audience{audience.Public, audience.Provider} {
		if _, err := d.ListStandings(audience.With(t.Context(), who), ask); status.Code(err) != codes.PermissionDenied {
			t.Errorf("%v is answered %v", who, err)
		}
	}
	for name, bad := range map[string]*carehomesv1.ListStandingsRequest{
		"asks of nobody": {}, "asks too far": {Provider: "providers/1-1", WithinMiles: 101}, "asks of the future": {Provider: "providers/1-1", AsAt: "2999-01-01"},
	} {
		if _, err := d.ListStandings(d.ctx, bad); status.Code(err) != codes.InvalidArgument {
			t.Errorf("whoever %s is answered %v", name, err)
		}
	}
	if _, err := d.ListStandings(d.ctx, &carehomesv1.ListStandingsRequest{Authority: "authorities/E10000099"}); status.Code(err) != codes.NotFound {
		t.Errorf("of no authority: %v", err)
	}
}
