package paging_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/paging"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
)

func TestTokenResumesItsOwnQuestion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cursor := rapid.String().Draw(t, "cursor")
		req := &carehomesv1.ListCareHomesRequest{District: "E07000082", PageSize: 10}
		token := paging.Token(req, cursor)
		req.PageToken, req.PageSize = token, 99
		got, err := paging.Cursor(req, token)
		if err != nil || got != cursor {
			t.Fatalf("Cursor = %q, %v; want %q", got, err, cursor)
		}
	})
}

func TestTokenOfAnotherQuestionIsRefused(t *testing.T) {
	token := paging.Token(&carehomesv1.ListCareHomesRequest{District: "E07000082"}, "x")
	_, err := paging.Cursor(&carehomesv1.ListCareHomesRequest{District: "E07000081"}, token)
	if v := errs.Violations(err); len(v) != 1 || v[0].Field != "page_token" {
		t.Fatalf("violations = %v; want one of page_token", v)
	}
}

func TestSize(t *testing.T) {
	for asked, want := range map[int32]int{0: 50, 1: 1, 1000: 1000, 5000: 1000} {
		if got := paging.Size(asked); got != want {
			t.Errorf("Size(%d) = %d; want %d", asked, got, want)
		}
	}
}

func FuzzCursor(f *testing.F) {
	f.Add("")
	f.Add("eyJxIjoiIiwiYyI6IiJ9")
	f.Fuzz(func(t *testing.T, token string) {
		req := &carehomesv1.ListCareHomesRequest{}
		cursor, err := paging.Cursor(req, token)
		if err == nil && token != "" {
			if again, err := paging.Cursor(req, paging.Token(req, cursor)); err != nil || again != cursor {
				t.Fatalf("cursor %q does not come back: %q, %v", cursor, again, err)
			}
		}
		if err != nil && len(errs.Violations(err)) == 0 {
			t.Fatalf("%v names no field", err)
		}
	})
}
