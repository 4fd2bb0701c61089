package gateway_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/caremarket/caremarket/gateway/internal/fixture"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// chromium finds the browser that `make test` sees to.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("Chromium is not installed: run tools/ensure.sh")
	return ""
}

// browser starts one for a test.
func browser(t *testing.T) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium(t)), chromedp.UserDataDir(filepath.Join(t.TempDir(), "profile")),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WSURLReadTimeout(time.Minute),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	allocator, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, closeBrowser := chromedp.NewContext(allocator)
	t.Cleanup(closeBrowser)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	return ctx
}

// withPages plays what the pages ask for.
func withPages(t *testing.T) *stack {
	s := newStack(t)
	s.positions.authorities = func(*marketpositionv1.ListAuthoritiesRequest) (*marketpositionv1.ListAuthoritiesResponse, error) {
		return &marketpositionv1.ListAuthoritiesResponse{Authorities: []*marketpositionv1.Authority{
			{Name: "authorities/" + gloucestershire, Title: "Gloucestershire"}, {Name: "authorities/E10000018", Title: "Leicestershire"},
		}}, nil
	}
	s.positions.statement = func(_ context.Context, r *marketpositionv1.GetMarketPositionRequest) (*marketpositionv1.MarketPosition, error) {
		if strings.Contains(r.GetName(), gloucester) {
			return fixture.WithoutHomeCare(fixture.MarketPosition(gloucester, 1)), nil
		}
		return fixture.MarketPosition(stroud, 1), nil
	}
	s.positions.authority = func(*marketpositionv1.GetAuthorityMarketPositionRequest) (*marketpositionv1.AuthorityMarketPosition, error) {
		return fixture.AuthorityMarketPosition(gloucestershire, 1, gloucester, stroud), nil
	}
	return s
}

// troubles are what a browser complains of: what it may not load, what is not there, what
// fails in a script.
type troubles struct {
	mu    sync.Mutex
	found []string
}

// listen has the tab of ctx tell of all that it does from now on.
func (c *troubles) listen(ctx context.Context, t *testing.T, within string) {
	t.Helper()
	note := func(trouble string) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.found = append(c.found, trouble)
	}
	err := chromedp.Listen(ctx, func(event any) {
		switch e := event.(type) {
		case *log.EventEntryAdded:
			note(e.Entry.Text + " " + e.Entry.URL)
		case *runtime.EventExceptionThrown:
			note(e.ExceptionDetails.Text)
		case *network.EventResponseReceived:
			if e.Response.Status >= 400 || !strings.HasPrefix(e.Response.URL, within) && !strings.HasPrefix(e.Response.URL, "data:") {
				note(e.Response.URL + " " + e.Response.StatusText)
			}
		}
	})
	if err == nil {
		_, err = chromedp.Call(ctx, log.Enable, cdp.Empty{})
	}
	if err == nil {
		_, err = chromedp.Call(ctx, network.Enable, network.EnableParams{})
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (c *troubles) check(t *testing.T) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, one := range c.found {
		t.Errorf("the browser says: %s", one)
	}
}

// audit runs axe's rules for WCAG 2.2 AA and its good practices in the page.
const audit = `axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}).then(
	r => r.violations.map(v => ({ID: v.id, Help: v.help, Nodes: v.nodes.map(n => n.html + " " + n.failureSummary)})))`

// breach is a rule that a page breaks, and where.
type breach struct {
	ID, Help string
	Nodes    []string
}

func TestPagesAreAccessible(t *testing.T) {
	axe, err := os.ReadFile("testdata/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	s := withPages(t)
	ctx := browser(t)
	for name, path := range map[string]string{
		"start": "/", "district": "/districts/" + stroud, "a market away": "/districts/" + gloucester,
		"authority": "/authorities/" + gloucestershire,
	} {
		t.Run(name, func(t *testing.T) {
			tab, closeTab := chromedp.NewContext(ctx)
			defer closeTab()
			tab, cancel := context.WithTimeout(tab, 2*time.Minute)
			defer cancel()
			var seen troubles
			seen.listen(tab, t, s.URL)
			if err := chromedp.Do(tab, chromedp.Navigate(s.URL+path), chromedp.Evaluate[chromedp.Void](string(axe))); err != nil {
				t.Fatal(err)
			}
			violations, err := chromedp.Run(tab, chromedp.Evaluate[[]breach](audit, chromedp.EvalAwaitPromise))
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range violations {
				t.Errorf("%s: %s\n%s", v.ID, v.Help, strings.Join(v.Nodes[:min(3, len(v.Nodes))], "\n"))
			}
			seen.check(t)
		})
	}
}

// A commissioner's way from the start page to a figure, by what is on the pages.
func TestFromTheStartToAFigure(t *testing.T) {
	s := withPages(t)
	tab, cancel := context.WithTimeout(browser(t), 2*time.Minute)
	defer cancel()
	var seen troubles
	seen.listen(tab, t, s.URL)
	if err := chromedp.Do(tab,
		chromedp.Navigate(s.URL+"/"),
		chromedp.Click(`//a[text()="Gloucestershire"]`), chromedp.WaitVisible(`//h1[contains(., "side by side")]`),
		chromedp.Click(`//main//a[text()="Stroud"]`), chromedp.WaitVisible(`//h1[contains(., "Stroud")]`),
	); err != nil {
		t.Fatal(err)
	}
	heading, err := chromedp.Run(tab, chromedp.Text("h1"))
	if err != nil {
		t.Fatal(err)
	}
	cell, err := chromedp.Run(tab, chromedp.Text(`//tr[th[normalize-space()="Transitional"]]/td[3]`))
	if err != nil {
		t.Fatal(err)
	}
	if heading != "Stroud: market position" || !strings.Contains(cell, "Hidden") || strings.Contains(cell, "0 beds") {
		t.Errorf("heading %q, cell %q", heading, cell)
	}
	seen.check(t)
}

func TestTheAPICanBeTried(t *testing.T) {
	s := withPages(t)
	at, _ := counting(s)
	at.Store(1)
	tab, cancel := context.WithTimeout(browser(t), 2*time.Minute)
	defer cancel()
	var seen troubles
	seen.listen(tab, t, s.URL)
	const operation = "#operations-CareHomesService-CareHomesService_GetDistrictCapacity"
	if err := chromedp.Do(tab,
		chromedp.Navigate(s.URL+"/docs#/CareHomesService/CareHomesService_GetDistrictCapacity"),
		chromedp.WaitVisible(operation+" .try-out__btn"), chromedp.Click(operation+" .try-out__btn"),
		chromedp.SendKeys(operation+` tr[data-param-name="district"] input`, stroud),
		chromedp.Click(operation+" .execute"), chromedp.WaitVisible(operation+" .live-responses-table .response"),
	); err != nil {
		t.Fatal(err)
	}
	answer, err := chromedp.Run(tab, chromedp.Text(operation+" .live-responses-table"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(answer, "registeredBeds") {
		t.Errorf("trying it shows %s", answer)
	}
	seen.check(t)
}
