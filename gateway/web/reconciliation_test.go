package web_test

import (
	"context"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/gateway/internal/fixture"
	"github.com/caremarket/caremarket/pkg/errs"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

func shows(t *testing.T, page string, wanted ...string) {
	t.Helper()
	for _, want := range wanted {
		if !strings.Contains(page, want) {
			t.Errorf("there is no %q on the page", want)
		}
	}
}

func TestStatementsShowWhatDisagrees(t *testing.T) {
	const heading = "Published figures, checked Checks made: 2. Figures that contradict each other: 1. That differ from the data: 0. That agree: 1."
	for path, s := range map[string]service{
		"/districts/E07000082": statement(fixture.MarketPosition("E07000082", 5)),
		"/authorities/E10000013": func(context.Context, any) (proto.Message, error) {
			return &marketpositionv1.GetAuthorityMarketPositionResponse{
				MarketPosition: fixture.AuthorityMarketPosition("E10000013", 5, "E07000082"),
			}, nil
		},
	} {
		body := ask(t, path, s).Body.String()
		shows(t, text(body), heading, "348 &#43; 182 = 530, not &lt;500&gt; Rule: a whole is its parts added up. The page divides the people by where they live.", "Contradicts")
		shows(t, body, `href="/authorities/E10000013/reconciliation"`)
	}
}

func TestStatementWithoutChecksSaysNothingOfThem(t *testing.T) {
	m := fixture.MarketPosition("E07000082", 5)
	m.Reconciliation = nil
	if page := ask(t, "/districts/E07000082", statement(m)).Body.String(); strings.Contains(page, "checked") {
		t.Error("checks are spoken of that there are not")
	}
}

func TestReconciliationShowsEveryCheck(t *testing.T) {
	got := ask(t, "/authorities/E10000013/reconciliation", func(_ context.Context, request any) (proto.Message, error) {
		req, ok := request.(*marketpositionv1.GetReconciliationRequest)
		if !ok || req.GetName() != "authorities/E10000013/reconciliation" {
			return nil, errs.NotFound("authority", "")
		}
		return &marketpositionv1.GetReconciliationResponse{Reconciliation: fixture.Reconciliation()}, nil
	})
	if got.Code != 200 {
		t.Fatalf("got %d", got.Code)
	}
	body := got.Body.String()
	shows(t, text(body), "Gloucestershire: published figures, checked", "Checks that could not be made: 3.", "the data give 15,000, as published: 15,000",
		"Agrees Illustrative", "nearly : Up to a tenth below", "This page shows illustrative figures.", "All of them, 31 October 2026. Its page on All of them")
	shows(t, body, `href="https://example.org/all"`)
	if strings.Contains(body, "javascript:alert") {
		t.Error("a link runs a script")
	}
}

func TestReconciliationOfNobody(t *testing.T) {
	got := ask(t, "/authorities/E10009999/reconciliation", func(context.Context, any) (proto.Message, error) { return nil, errs.NotFound("authority", "E10009999") })
	if got.Code != 404 {
		t.Errorf("got %d", got.Code)
	}
}
