package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/gateway/internal/fixture"
	"github.com/caremarket/caremarket/gateway/web"
	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/errs"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// service answers each call with what a test says, in place of a connection.
type service func(ctx context.Context, request any) (proto.Message, error)

func (s service) Invoke(ctx context.Context, _ string, request, reply any, _ ...grpc.CallOption) error {
	answer, err := s(ctx, request)
	if err == nil {
		proto.Merge(reply.(proto.Message), answer)
	}
	return err
}

func (s service) NewStream(context.Context, *grpc.StreamDesc, string, ...grpc.CallOption) (grpc.ClientStream, error) {
	return nil, fmt.Errorf("no page streams")
}

// ask asks for a page.
func ask(t *testing.T, path string, s service) *httptest.ResponseRecorder {
	t.Helper()
	pages, err := web.New(web.Config{Conn: s, Audience: audience.Commissioner, Deadline: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	for pattern, h := range pages.Handlers() {
		mux.Handle(pattern, h)
	}
	mux.Handle("/", pages.NotFound())
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", path, nil))
	return w
}

func statement(m *marketpositionv1.MarketPosition) service {
	return func(context.Context, any) (proto.Message, error) {
		return &marketpositionv1.GetMarketPositionResponse{MarketPosition: m}, nil
	}
}

// text is a page as it is read: without tags, white space in one piece.
func text(page string) string {
	page = regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page, " ")
	return regexp.MustCompile(`\s+`).ReplaceAllString(page, " ")
}

func TestDistrictShowsEveryPart(t *testing.T) {
	got := ask(t, "/districts/E07000082", statement(fixture.MarketPosition("E07000082", 5)))
	if got.Code != 200 || got.Header().Get("Content-Type") != "text/html; charset=utf-8" {
		t.Fatalf("got %d, %s", got.Code, got.Header().Get("Content-Type"))
	}
	page := text(got.Body.String())
	for _, want := range []string{
		"Stroud: market position", "As at 31 October 2026, as it was known on 31 October 2026 at 09:30:00 UTC",
		"Figure (people)", "Aged 75 and over 13,076", "85 to 89", "90 and over",
		"Extra care, Rent 196 beds 150 to 230 (the rates&#39; range)",
		"12 of 14 answered. Answers from 1 August 2026 to 14 October 2026, 2 stale. [1] source [3] source",
		"Hidden a small number of people", "Hidden too few contributors", "Not enough data nothing to divide by", "Not collected",
		"2 homes last answered before the window", "Fill 90%", "£12.55 an hour", "Care worker", "Registered nurse",
		"Grow", "196 are needed and there are 150. Rule R1: Grow where the whole range is a shortage.",
		"Unpaid carers", "Carers hold the system up.", "15,000 hours a week", "More affordable rent.", "2024-12",
		"Working Well strategy", "autumn 2024", "Announced", "12 of 14 homes answered.",
		"Care directory , CQC, October 2026 (register)", "Illustrative &lt;market&gt; (illustrative)",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Contains(got.Body.String(), "<script") || strings.Contains(got.Body.String(), "<market>") {
		t.Error("text of an answer became part of the page")
	}
}

// The need over the years stands in one table, and who ends where in another.
func TestDistrictShowsWhatComesOfIt(t *testing.T) {
	body := ask(t, "/districts/E07000082", statement(fixture.MarketPosition("E07000082", 5))).Body.String()
	ahead := text(between(t, body, `id="needs-ahead"`, "</section>"))
	for _, want := range []string{"Today", "2030", "2037", "Extra care, Rent", "196", "231", "280", "210 to 330"} {
		if !strings.Contains(ahead, want) {
			t.Errorf("the need ahead does not say %q: %s", want, ahead)
		}
	}
	acting := text(between(t, body, `id="interaction"`, "</section>"))
	for _, want := range []string{
		"Of 1,000 people who need a place, 62 find none.", "In care homes 438 430 to 450", "Wanted community 38 20 to 60",
		"Who ends where", "Wanted Home care (people) Residential (people) No place (people) Home care (people) 500", "Residential (people) 0", "Home care, Hour (people) 0.08",
	} {
		if !strings.Contains(acting, want) {
			t.Errorf("the interaction does not say %q: %s", want, acting)
		}
	}
	without := fixture.MarketPosition("E07000082", 5)
	without.Interaction = nil
	if page := ask(t, "/districts/E07000082", statement(without)).Body.String(); strings.Contains(page, `id="interaction"`) {
		t.Error("a statement without interaction has a section of it")
	}
}

// between is what stands on a page from one text to another.
func between(t *testing.T, page, from, to string) string {
	t.Helper()
	_, rest, found := strings.Cut(page, from)
	part, _, ended := strings.Cut(rest, to)
	if !found || !ended {
		t.Fatalf("the page has no %s before %s", from, to)
	}
	return part
}

// Where a table's figures rest on the same, it says so once; else each figure does.
func TestWhatIsIllustrativeIsMarked(t *testing.T) {
	page := ask(t, "/districts/E07000082", statement(fixture.MarketPosition("E07000082", 5))).Body.String()
	if !strings.Contains(page, "This page shows illustrative figures.") {
		t.Error("there is no banner")
	}
	if caption := between(t, page, "Hours", "</caption>"); strings.Count(caption, ">Illustrative<") != 1 {
		t.Errorf("the table of hours is captioned %s", caption)
	}
	if row := between(t, page, ">Transitional<", "</tr>"); strings.Count(row, ">Illustrative<") != 1 {
		t.Errorf("the row of transitional beds is %s", row)
	}

	plain := fixture.MarketPosition("E07000082", 5)
	plain.Illustrative = false
	plain.HomeCare, plain.Workforce, plain.Needs, plain.Gaps, plain.Signals = nil, nil, nil, nil, nil
	plain.NeedsAhead, plain.Interaction = nil, nil
	plain.CareHomes.Capacity.BedTypes = nil
	if page := ask(t, "/districts/E07000082", statement(plain)).Body.String(); strings.Contains(text(page), "Illustrative figures") || strings.Contains(page, "banner__heading") {
		t.Error("a page of facts has the banner")
	}
	plain.CareHomes.Capacity.Homes.Illustrative = true
	if page := ask(t, "/districts/E07000082", statement(plain)).Body.String(); !strings.Contains(page, "banner__heading") {
		t.Error("a page with one made-up figure has no banner")
	}
}

func TestMarketThatIsAwaySaysSo(t *testing.T) {
	page := text(ask(t, "/districts/E07000082", statement(fixture.WithoutHomeCare(fixture.MarketPosition("E07000082", 5)))).Body.String())
	for _, want := range []string{"A market does not answer for now: its section says so.", "so its figures are missing here (the service does not answer)."} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	m := fixture.MarketPosition("E07000082", 5)
	m.Workforce.State = &marketpositionv1.SectionState{Availability: marketpositionv1.Availability_AVAILABILITY_STALE, AnsweredAt: fixture.KnownAt()}
	if page := text(ask(t, "/districts/E07000082", statement(m)).Body.String()); !strings.Contains(page, "these are its figures of 31 October 2026 at 09:30 UTC.") {
		t.Error("the page does not say how old a market's figures are")
	}
}

func TestAuthorityPutsDistrictsSideBySide(t *testing.T) {
	m := fixture.AuthorityMarketPosition("E10000013", 5, "E07000081", "E07000082")
	m.Districts[0].Title = "Gloucester"
	m.Districts[0].HomeCare = nil
	m.Districts[0].Gaps = nil
	got := ask(t, "/authorities/E10000013", func(context.Context, any) (proto.Message, error) {
		return &marketpositionv1.GetAuthorityMarketPositionResponse{MarketPosition: m}, nil
	})
	page := text(got.Body.String())
	for _, want := range []string{
		"Gloucestershire: districts side by side", "Measure Gloucester Stroud Gloucestershire",
		"Total: used (beds)", "1,204 1,204 1,204", "Hours: delivered (hours a week) Illustrative [2] source No figure 8,100", "Extra care, Rent (beds) No figure 46",
		"Need in 2037", "Extra care, Rent (beds) 280", "Of them, wanted home care or extra care (people) 38",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if !strings.Contains(got.Body.String(), `href="/districts/E07000081"`) {
		t.Error("the page does not lead to the districts")
	}
}

func TestStartListsAuthoritiesByName(t *testing.T) {
	page := ask(t, "/", func(_ context.Context, request any) (proto.Message, error) {
		if size := request.(*marketpositionv1.ListAuthoritiesRequest).GetPageSize(); size < 153 { // as many as there are
			t.Errorf("asked for %d", size)
		}
		return &marketpositionv1.ListAuthoritiesResponse{Authorities: []*marketpositionv1.Authority{
			{Name: "authorities/E10000018", Title: "Leicestershire"}, {Name: "authorities/E10000013", Title: "Gloucestershire"},
		}}, nil
	}).Body.String()
	first, second := strings.Index(page, `href="/authorities/E10000013"`), strings.Index(page, `href="/authorities/E10000018"`)
	if first < 0 || second < first {
		t.Errorf("Gloucestershire at %d, Leicestershire at %d", first, second)
	}
}

func TestPagesAskForTheDayAndTheAudience(t *testing.T) {
	ask(t, "/districts/E07000082?asAt=2026-01-31", func(ctx context.Context, request any) (proto.Message, error) {
		asked := request.(*marketpositionv1.GetMarketPositionRequest)
		if asked.GetName() != "districts/E07000082/marketPosition" || asked.GetAsAt() != "2026-01-31" || audience.From(ctx) != audience.Commissioner {
			t.Errorf("asked %v for %v", asked, audience.From(ctx))
		}
		return nil, errs.NotFound("district", "E07000082")
	})
}

func TestTroubleIsAPage(t *testing.T) {
	tests := map[string]struct {
		err  error
		code int
		want string
	}{
		"not found":   {errs.NotFound("district", "x"), 404, "Page not found"},
		"not valid":   {errs.Invalid(), 404, "Page not found"},
		"unavailable": {errs.Unavailable("AWAY", "secret", 0), 503, "the service is unavailable"},
		"out of time": {context.DeadlineExceeded, 503, "the service is unavailable"},
		"internal":    {fmt.Errorf("secret"), 500, "there is a problem with the service"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := ask(t, "/districts/x", func(context.Context, any) (proto.Message, error) { return nil, test.err })
			if got.Code != test.code || !strings.Contains(got.Body.String(), test.want) || strings.Contains(got.Body.String(), "secret") {
				t.Errorf("got %d: %s", got.Code, text(got.Body.String()))
			}
			if (got.Header().Get("Retry-After") != "") != (test.code == 503) {
				t.Errorf("Retry-After %q", got.Header().Get("Retry-After"))
			}
		})
	}
	if got := ask(t, "/nothing", nil); got.Code != 404 || !strings.Contains(got.Body.String(), "Page not found") {
		t.Errorf("got %d", got.Code)
	}
}

// A statement of which nothing is known is a page all the same.
func TestEmptyStatement(t *testing.T) {
	got := ask(t, "/districts/E07000082", statement(&marketpositionv1.MarketPosition{Name: "districts/E07000082/marketPosition"}))
	if got.Code != 200 || !strings.Contains(got.Body.String(), "Nothing is known here yet.") {
		t.Errorf("got %d: %s", got.Code, text(got.Body.String()))
	}
}

func TestAssetsAreThere(t *testing.T) {
	for _, name := range web.AssetNames() {
		f, err := web.Assets().Open(name)
		if err != nil {
			t.Error(err)
			continue
		}
		f.Close()
	}
}
