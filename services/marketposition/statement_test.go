package marketposition

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/revision"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/internal/fixture"
)

// future is how a market refuses a moment that lies ahead of its clock.
func future() error {
	return errs.Status(errs.Invalid(errs.Violation{Field: "known_at", Description: "lies in the future"})).Err()
}

func TestStatementOfStroud(t *testing.T) {
	p := loaded(t).statement(t.Context(), t, ofStroud())
	if p.GetTitle() != "Stroud" || p.GetAuthorityTitle() != "Gloucestershire" || !p.GetComplete() || !p.GetIllustrative() {
		t.Errorf("%s of %s, complete %v, illustrative %v", p.GetTitle(), p.GetAuthorityTitle(), p.GetComplete(), p.GetIllustrative())
	}
	if got := fixture.Value(t, p.GetPeople().GetAged_75Plus()); got != 13076 {
		t.Errorf("%v people aged 75 and over, want 13,076", got)
	}
	if p.GetKnownAt().AsTime().After(time.Now()) || p.GetAsAt() == "" {
		t.Errorf("as at %q, known at %v", p.GetAsAt(), p.GetKnownAt().AsTime())
	}
}

// A published statement can be had again, exactly, whatever was recorded since.
func TestAStatementAskedAgainIsTheSameToTheByte(t *testing.T) {
	for name, uncached := range map[string]func(*Config){"cached": func(*Config) {}, "not cached": func(c *Config) { c.Cache = nil }} {
		t.Run(name, func(t *testing.T) {
			s := loaded(t, uncached)
			s.careHomes.returned()
			first := s.statement(t.Context(), t, ofStroud())
			again := &marketpositionv1.GetMarketPositionRequest{Name: ofStroud().GetName(), AsAt: first.GetAsAt(), KnownAt: first.GetKnownAt()}
			for range 5 {
				s.careHomes.returned()
				done := "actions/glos-working-well"
				if _, err := s.UpdateAction(t.Context(), &marketpositionv1.UpdateActionRequest{Action: &marketpositionv1.Action{
					Name: done, Status: marketpositionv1.ActionStatus_ACTION_STATUS_DONE, Note: time.Now().String(),
				}}); err != nil {
					t.Fatal(err)
				}
			}
			if got := s.statement(t.Context(), t, again); !bytes.Equal(fixture.Encoded(t, got), fixture.Encoded(t, first)) {
				t.Errorf("the statement has changed (-first +again):\n%s", cmp.Diff(first, got, protocmp.Transform()))
			}
			now := s.statement(t.Context(), t, ofStroud())
			if used := fixture.Value(t, now.GetCareHomes().GetCapacity().GetTotal().GetUsed()); used != 746 {
				t.Errorf("%v beds used now, want all six returns in it", used)
			}
			for _, a := range now.GetActions() {
				if a.GetName() == "actions/glos-working-well" && (a.GetStatus() != marketpositionv1.ActionStatus_ACTION_STATUS_DONE || a.GetOverdue() != "") {
					t.Errorf("the action stands as %v", a)
				}
			}
		})
	}
}

func TestAHotStatementAsksNoMarket(t *testing.T) {
	s := loaded(t)
	first := s.statement(t.Context(), t, ofStroud())
	asked := s.careHomes.asked.Load()
	if again := s.statement(t.Context(), t, ofStroud()); !proto.Equal(first, again) {
		t.Error("the kept statement is another")
	}
	if s.careHomes.asked.Load() != asked {
		t.Error("the market was asked for a kept statement")
	}
	s.statement(audience.With(t.Context(), audience.Commissioner), t, ofStroud())
	if s.careHomes.asked.Load() == asked {
		t.Error("another audience was given what the public sees")
	}
}

func TestAMarketThatIsAway(t *testing.T) {
	s := loaded(t)
	s.careHomes.fail(errAway)
	p := s.statement(t.Context(), t, ofStroud())
	state := p.GetCareHomes().GetState()
	if p.GetComplete() || state.GetAvailability() != marketpositionv1.Availability_AVAILABILITY_UNAVAILABLE || state.GetReason() != "it cannot be reached" {
		t.Errorf("complete %v, %v", p.GetComplete(), state)
	}
	if p.GetCareHomes().GetCapacity() != nil || p.GetHomeCare().GetCapacity() == nil {
		t.Error("the wrong section is missing")
	}
	for _, gap := range p.GetGaps() {
		_, known := figure.Value(gap.GetGap())
		bed := gap.GetSetting() == marketpositionv1.Setting_SETTING_NURSING || gap.GetSetting() == marketpositionv1.Setting_SETTING_RESIDENTIAL
		if known == bed {
			t.Errorf("%v: %v", gap.GetSetting(), gap.GetGap())
		}
	}
	if got := p.GetDataNotes()[0].GetCode(); got != "CARE_HOMES_AWAY" {
		t.Errorf("the first note is %s", got)
	}
	// It is not kept: the next statement is whole.
	s.careHomes.fail(nil)
	if !s.statement(t.Context(), t, ofStroud()).GetComplete() {
		t.Error("the market is back, the statement is not complete")
	}
}

func TestTheLastGoodAnswerStandsIn(t *testing.T) {
	s := loaded(t)
	before := s.statement(t.Context(), t, ofStroud())
	s.careHomes.returned() // A new revision, so that the kept statement no longer serves.
	s.careHomes.fail(errAway)
	p := s.statement(t.Context(), t, ofStroud())
	state := p.GetCareHomes().GetState()
	if p.GetComplete() || state.GetAvailability() != marketpositionv1.Availability_AVAILABILITY_STALE || state.GetAnsweredAt() == nil {
		t.Errorf("complete %v, %v", p.GetComplete(), state)
	}
	if diff := cmp.Diff(before.GetCareHomes().GetCapacity(), p.GetCareHomes().GetCapacity(), protocmp.Transform()); diff != "" {
		t.Error(diff)
	}
	// To another audience, or of another day, it does not.
	other := s.statement(audience.With(t.Context(), audience.Commissioner), t, ofStroud())
	if other.GetCareHomes().GetState().GetAvailability() != marketpositionv1.Availability_AVAILABILITY_UNAVAILABLE {
		t.Error("a commissioner was given what was answered to the public")
	}
	yesterday := ofStroud()
	yesterday.AsAt = fixture.Today.String()
	if s.statement(t.Context(), t, yesterday).GetCareHomes().GetCapacity() != nil {
		t.Error("another day's answer stood in")
	}
}

// What was known at a moment never changes, so the same question is answered from memory
// as if the market were there.
func TestAMomentIsRememberedExactly(t *testing.T) {
	s := loaded(t, func(c *Config) { c.Cache = nil })
	req := ofStroud()
	first := s.statement(t.Context(), t, req)
	req.AsAt, req.KnownAt = first.GetAsAt(), first.GetKnownAt()
	s.statement(t.Context(), t, req)
	s.careHomes.fail(errAway)
	if got := s.statement(t.Context(), t, req); !proto.Equal(first, got) {
		t.Error(cmp.Diff(first, got, protocmp.Transform()))
	}
}

func TestAMarketThatHangsIsLeftOut(t *testing.T) {
	s := loaded(t)
	s.careHomes.hang.Store(true)
	p := s.statement(t.Context(), t, ofStroud())
	if reason := p.GetCareHomes().GetState().GetReason(); reason != "it did not answer within 200ms" {
		t.Errorf("left out because %q", reason)
	}
	if p.GetHomeCare().GetCapacity() == nil || p.GetWorkforce().GetCapacity() == nil {
		t.Error("the others are missing too")
	}
}

func TestAMarketThatAnswersNothingIsAway(t *testing.T) {
	s := loaded(t)
	s.homeCare.empty.Store(true)
	p := s.statement(t.Context(), t, ofStroud())
	if got := p.GetHomeCare().GetState(); got.GetReason() != "it answered with an error" || p.GetComplete() {
		t.Errorf("%v", got)
	}
}

// The clock of another machine may be a little behind: it is asked again.
func TestAMarketWhoseClockIsBehindIsAskedAgain(t *testing.T) {
	s := loaded(t)
	s.careHomes.behind.Store(2)
	if p := s.statement(t.Context(), t, ofStroud()); !p.GetComplete() || s.careHomes.asked.Load() != 3 {
		t.Errorf("complete %v after %d questions", p.GetComplete(), s.careHomes.asked.Load())
	}
}

// A commit that this process has heard of is in the statement, though it bears the time of
// a clock that is ahead.
func TestAStatementReachesWhatWasHeardOf(t *testing.T) {
	s := loaded(t)
	ahead := time.Now().Add(60 * time.Millisecond).UnixMicro()
	s.careHomes.times = append(s.careHomes.times, ahead)
	s.careHomes.tracker.Observe(1, []string{string(fixture.Stroud)})
	p := s.statement(t.Context(), t, ofStroud())
	if got := p.GetCareHomes().GetCapacity().GetRevision(); got != 1 {
		t.Errorf("revision %d of care homes, want 1", got)
	}
}

func TestMinRevisions(t *testing.T) {
	s := loaded(t)
	s.careHomes.returned()
	req := ofStroud()
	req.MinRevisions = []string{"carehomes:1", "marketposition:1"}
	if p := s.statement(t.Context(), t, req); p.GetRevisions()[1].GetRevision() < 1 {
		t.Errorf("rests on %v", p.GetRevisions())
	}
	for text, want := range map[string]codes.Code{
		"carehomes:99": codes.Aborted, "workforce:1": codes.InvalidArgument, "carehomes:x": codes.InvalidArgument,
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		req.MinRevisions = []string{text}
		if _, err := s.GetMarketPosition(ctx, req); errs.Code(err) != want {
			t.Errorf("%s: %v, want %v", text, err, want)
		}
		cancel()
	}
}

func TestStatementOfAnAuthority(t *testing.T) {
	s := loaded(t)
	ask := func() *marketpositionv1.AuthorityMarketPosition {
		t.Helper()
		res, err := s.GetAuthorityMarketPosition(t.Context(), &marketpositionv1.GetAuthorityMarketPositionRequest{Name: "authorities/E10000013/marketPosition"})
		if err != nil {
			t.Fatal(err)
		}
		out := &marketpositionv1.GetAuthorityMarketPositionResponse{}
		if err := proto.Unmarshal(fixture.Encoded(t, res), out); err != nil {
			t.Fatal(err)
		}
		return out.GetMarketPosition()
	}
	first := ask()
	if got := fixture.Value(t, first.GetTotal().GetPeople().GetAged_65Plus()); got != 139816 || len(first.GetDistricts()) != 6 || !first.GetComplete() {
		t.Errorf("%v people aged 65 and over in %d districts, complete %v", got, len(first.GetDistricts()), first.GetComplete())
	}
	if one := first.GetDistricts()[4]; one.GetCareHomes().GetCapacity() == nil || fixture.Value(t, one.GetHomeCare().GetCapacity().GetPeople()) != 500 {
		t.Errorf("Stroud's home care: %v", one.GetHomeCare().GetState())
	}
	if !proto.Equal(first, ask()) {
		t.Error("the kept statement is another")
	}
	s.careHomes.returned()
	if now := ask(); proto.Equal(first, now) {
		t.Error("a return in one district does not change the authority's statement")
	}
}

func TestWhatCannotBeAsked(t *testing.T) {
	s := loaded(t)
	for name, test := range map[string]struct {
		req  *marketpositionv1.GetMarketPositionRequest
		want string
	}{
		"no such district": {&marketpositionv1.GetMarketPositionRequest{Name: "districts/E07009999/marketPosition"}, "DISTRICT_NOT_FOUND"},
		"a county":         {&marketpositionv1.GetMarketPositionRequest{Name: "districts/E10000013/marketPosition"}, "DISTRICT_NOT_FOUND"},
		"divided":          {&marketpositionv1.GetMarketPositionRequest{Name: "districts/E07009990/marketPosition"}, "DISTRICT_DIVIDED"},
		"tomorrow":         {&marketpositionv1.GetMarketPositionRequest{Name: ofStroud().GetName(), AsAt: "2999-01-01"}, errs.ReasonInvalid},
		"no day":           {&marketpositionv1.GetMarketPositionRequest{Name: ofStroud().GetName(), AsAt: "2026-02-30"}, errs.ReasonInvalid},
	} {
		if _, err := s.GetMarketPosition(t.Context(), test.req); errs.Reason(err) != test.want {
			t.Errorf("%s: %v, want %s", name, err, test.want)
		}
	}
	_, err := s.GetAuthorityMarketPosition(t.Context(), &marketpositionv1.GetAuthorityMarketPositionRequest{Name: "authorities/E07000082/marketPosition"})
	if errs.Reason(err) != "AUTHORITY_NOT_FOUND" {
		t.Errorf("a district as an authority: %v", err)
	}
}

func TestAnOldCodeIsAnsweredWithItsSuccessor(t *testing.T) {
	s := loaded(t)
	p := s.statement(t.Context(), t, &marketpositionv1.GetMarketPositionRequest{Name: "districts/E07009982/marketPosition"})
	if p.GetName() != ofStroud().GetName() {
		t.Errorf("answered with %s", p.GetName())
	}
}

// The store is away: the last statement there was is given, and says so.
func TestAStatementWithoutTheStore(t *testing.T) {
	s := loaded(t)
	s.statement(t.Context(), t, ofStroud())
	s.careHomes.returned() // So that the kept statement no longer serves.
	q := asking{method: "MarketPosition", subject: "districts/E07000082", districts: []string{string(fixture.Stroud)}, asAt: s.today().String()}
	away := func(context.Context, revision.Mark) (composed, error) {
		return composed{}, errs.Unavailable("STORE_AWAY", "the store does not answer", time.Second)
	}
	body, err := s.answers.get(t.Context(), q, away, func(since time.Time) proto.Message {
		return &marketpositionv1.GetMarketPositionResponse{MarketPosition: noted(staleNote(since))}
	})
	if err != nil {
		t.Fatal(err)
	}
	res := &marketpositionv1.GetMarketPositionResponse{}
	if err := proto.Unmarshal(body, res); err != nil {
		t.Fatal(err)
	}
	p := res.GetMarketPosition()
	if last := p.GetDataNotes()[len(p.GetDataNotes())-1]; last.GetCode() != "STORE_AWAY" || p.GetTitle() != "Stroud" {
		t.Errorf("%s with the note %v", p.GetTitle(), last)
	}
	q.subject = "districts/E07000083"
	if _, err := s.answers.get(t.Context(), q, away, nil); errs.Reason(err) != "STORE_AWAY" {
		t.Errorf("a statement never composed: %v", err)
	}
}
