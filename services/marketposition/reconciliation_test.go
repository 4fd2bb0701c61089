package marketposition

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/caremarket/caremarket/pkg/errs"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/internal/fixture"
)

// reconciling is a client of the server, over the wire.
func reconciling(t *testing.T, s *suite) marketpositionv1.ReconciliationServiceClient {
	t.Helper()
	return marketpositionv1.NewReconciliationServiceClient(serve(t, func(r grpc.ServiceRegistrar) {
		marketpositionv1.RegisterReconciliationServiceServer(r, s.Server)
	}))
}

func ofGloucestershire() *marketpositionv1.GetReconciliationRequest {
	return &marketpositionv1.GetReconciliationRequest{Name: "authorities/E10000013/reconciliation"}
}

// The contradictions are those of DOMAIN.md, section 7, and no other.
func TestReconciliationOfGloucestershire(t *testing.T) {
	s := loaded(t)
	res, err := reconciling(t, s).GetReconciliation(t.Context(), ofGloucestershire())
	if err != nil {
		t.Fatal(err)
	}
	r := res.GetReconciliation()
	var contradictions []string
	for _, c := range r.GetChecks() {
		if c.GetVerdict() == marketpositionv1.CheckVerdict_CHECK_VERDICT_CONTRADICTS {
			contradictions = append(contradictions, c.GetSays())
		}
	}
	want := []string{
		"4,058 (+84%) and 3,116 (+122%) imply +98.8%, not 97%",
		"4,058 (+84%) and 3,116 (+122%) imply +98.8%, not 80%",
		"said as 97% and as 80%, which no one value can be",
		"2,708 to 4,274 is +57.8%, not 59%",
		"said as 56% and as 6%, which no one value can be",
		"1.8% to 8.1% is 4.5 times, not nearly four times",
		"348 + 47 + 105 = 500, not 530",
	}
	if diff := cmp.Diff(want, contradictions); diff != "" {
		t.Error(diff)
	}
	if r.GetTitle() != "Gloucestershire" || r.GetRevision() == 0 || len(r.GetMeanings()) == 0 || len(r.GetSources()) == 0 || len(r.GetChecks()) != 22 {
		t.Errorf("%s at revision %d: %d meanings, %d sources, %d checks",
			r.GetTitle(), r.GetRevision(), len(r.GetMeanings()), len(r.GetSources()), len(r.GetChecks()))
	}
	// The county is asked once, of the one day that its figures speak of.
	if n := s.careHomes.asked.Load(); n != 1 {
		t.Errorf("the care homes were asked %d times", n)
	}
}

// What was known at a moment is answered again, whatever was loaded since.
func TestReconciliationAsItWasKnown(t *testing.T) {
	s := loaded(t)
	first, err := s.GetReconciliation(t.Context(), ofGloucestershire())
	if err != nil {
		t.Fatal(err)
	}
	corrected := fixture.Facts(t)
	for _, p := range corrected.GetPublishedFigures() {
		if p.GetName() == "publishedFigures/gloucestershire-council-bought-share-other-page" {
			p.GetFigure().State = fixture.Facts(t).GetPublishedFigures()[0].GetFigure().GetState()
		}
	}
	if _, err := s.Load(t.Context(), corrected); err != nil {
		t.Fatal(err)
	}
	req := ofGloucestershire()
	req.KnownAt = first.GetReconciliation().GetKnownAt()
	again, err := s.GetReconciliation(t.Context(), req)
	if err != nil || !proto.Equal(first, again) {
		t.Errorf("the same moment reads otherwise: %v", err)
	}
	now, err := s.GetReconciliation(t.Context(), ofGloucestershire())
	if err != nil || now.GetReconciliation().GetRevision() <= first.GetReconciliation().GetRevision() {
		t.Errorf("what was loaded since is not known: %v", err)
	}
}

func TestReconciliationWithAMarketAway(t *testing.T) {
	s := loaded(t)
	s.careHomes.fail(errAway)
	res, err := s.GetReconciliation(t.Context(), ofGloucestershire())
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, c := range res.GetReconciliation().GetChecks() {
		if strings.Contains(c.GetSays(), "the market did not answer, for it cannot be reached") {
			n++
		}
	}
	if counts := res.GetReconciliation().GetCounts(); n != 5 || counts.GetNotComparable() != 5 || counts.GetContradict() != 7 {
		t.Errorf("%d checks tell of the market that is away: %v", n, counts)
	}
}

func TestReconciliationOfAUnitary(t *testing.T) {
	s := loaded(t)
	res, err := s.GetReconciliation(t.Context(), &marketpositionv1.GetReconciliationRequest{Name: "authorities/E06000016/reconciliation"})
	if err != nil {
		t.Fatal(err)
	}
	counts := res.GetReconciliation().GetCounts()
	if counts.GetMade() != 4 || counts.GetAgree() != 4 {
		t.Errorf("Leicester's people against the census: %v", counts)
	}
}

func TestReconciliationRefuses(t *testing.T) {
	s := loaded(t)
	client := reconciling(t, s)
	for name, one := range map[string]struct {
		req  *marketpositionv1.GetReconciliationRequest
		code codes.Code
	}{
		"a district":   {&marketpositionv1.GetReconciliationRequest{Name: "districts/E07000082/reconciliation"}, codes.InvalidArgument},
		"nobody":       {&marketpositionv1.GetReconciliationRequest{Name: "authorities/E10009999/reconciliation"}, codes.NotFound},
		"a future day": {&marketpositionv1.GetReconciliationRequest{Name: ofGloucestershire().GetName(), KnownAt: timestamppb.New(time.Now().Add(time.Hour))}, codes.InvalidArgument},
	} {
		if _, err := client.GetReconciliation(t.Context(), one.req); errs.Code(err) != one.code {
			t.Errorf("%s: %v, want %v", name, err, one.code)
		}
	}
}
