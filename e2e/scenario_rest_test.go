package e2e_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/caremarket/caremarket/e2e/suite"
)

func answersNotModified(t *testing.T, s *suite.Suite) {
	for _, path := range []string{
		"/v1/authorities", "/v1/authorities/" + gloucestershire + "/districts",
		"/v1/districts/" + stroud + "/marketPosition", "/v1/authorities/" + gloucestershire + "/marketPosition",
		"/v1/districts/" + stroud + "/careHomeCapacity", "/v1/districts/" + stroud + "/homeCareCapacity",
		"/v1/districts/" + stroud + "/housingWithCareCapacity", "/v1/districts/" + stroud + "/workforceCapacity",
		"/v1/careHomes?district=" + stroud, "/v1/homeCareBranches?district=" + stroud,
		"/v1/housingSchemes?district=" + stroud, "/v1/employers?district=" + stroud, nearStroud,
	} {
		first := s.Get(t, path)
		etag := first.Header.Get("Etag")
		if first.Status != http.StatusOK || etag == "" {
			t.Errorf("%s: status %d, ETag %q: %s", path, first.Status, etag, first.Body)
			continue
		}
		again := s.Get(t, path, "If-None-Match", etag)
		if again.Status != http.StatusNotModified || len(again.Body) > 0 || again.Header.Get("Etag") != etag {
			t.Errorf("%s asked again: status %d with %d bytes, ETag %q after %q", path, again.Status, len(again.Body), again.Header.Get("Etag"), etag)
		}
		if other := s.Get(t, path, "If-None-Match", `"another"`); other.Status != http.StatusOK {
			t.Errorf("%s asked with another ETag: status %d", path, other.Status)
		}
	}
}

func givesCSV(t *testing.T, s *suite.Suite) {
	for _, path := range []string{
		"/v1/districts/" + stroud + "/marketPosition", "/v1/authorities/" + gloucestershire + "/marketPosition",
		"/v1/districts/" + stroud + "/careHomeCapacity", "/v1/districts/" + stroud + "/homeCareCapacity",
		"/v1/districts/" + stroud + "/housingWithCareCapacity", "/v1/districts/" + stroud + "/workforceCapacity",
		"/v1/authorities/" + gloucestershire + "/careHomeCapacities",
		"/v1/districts/" + stroud + "/careHomeCapacity:history?from=2026-01-01&to=2026-06-30",
	} {
		a := s.Get(t, path, "Accept", "text/csv")
		if a.Status != http.StatusOK || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/csv") {
			t.Errorf("%s as CSV: status %d, %s", path, a.Status, a.Header.Get("Content-Type"))
			continue
		}
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(a.Body, []byte("\uFEFF")))).ReadAll()
		if err != nil || len(rows) < 5 {
			t.Errorf("%s as CSV has %d rows: %v", path, len(rows), err)
			continue
		}
		for _, column := range []string{"state", "value", "unit", "illustrative"} {
			if !slices.Contains(rows[0], column) {
				t.Errorf("%s as CSV has no column %s: %v", path, column, rows[0])
			}
		}
	}
}

func refusesUnknown(t *testing.T, s *suite.Suite) {
	for _, one := range []struct {
		method, path, body string
		status             int
		field              string
	}{
		{http.MethodGet, "/v1/nothing", "", http.StatusNotFound, ""},
		{http.MethodGet, "/v1/districts/E07999999/marketPosition", "", http.StatusNotFound, ""},
		{http.MethodGet, "/v1/careHomes/1-1", "", http.StatusNotFound, ""},
		{http.MethodGet, "/v1/districts/Stroud/marketPosition", "", http.StatusBadRequest, "name"},
		{http.MethodGet, "/v1/districts/" + stroud + "/marketPosition?day=2026-01-01", "", http.StatusBadRequest, "day"},
		{http.MethodGet, "/v1/districts/" + stroud + "/marketPosition?asAt=yesterday", "", http.StatusBadRequest, "as_at"},
		{http.MethodGet, "/v1/districts/" + stroud + "/careHomeCapacity?asAt=2099-01-01", "", http.StatusBadRequest, "as_at"},
		{http.MethodGet, strings.Replace(nearStroud, "DEMENTIA_NURSING", "SOFA", 1), "", http.StatusBadRequest, "bed_type"},
		{http.MethodPost, "/v1/careHomes/1-1/returns", `{"asAt":`, http.StatusBadRequest, "care_home_return"},
		{http.MethodPost, "/v1/careHomes/1-1/returns", `{"colour":"red"}`, http.StatusBadRequest, "care_home_return.colour"},
		{http.MethodDelete, "/v1/careHomes/1-1", "", http.StatusMethodNotAllowed, ""},
	} {
		a, err := s.Ask(t.Context(), one.method, one.path, one.body)
		if err != nil {
			t.Fatal(err)
		}
		if a.Status != one.status {
			t.Errorf("%s %s: status %d, want %d: %s", one.method, one.path, a.Status, one.status, a.Body)
			continue
		}
		if fields := violations(t, a); one.field != "" && !slices.Contains(fields, one.field) {
			t.Errorf("%s %s names %v, want %s among them", one.method, one.path, fields, one.field)
		}
	}
}

func servesDocument(t *testing.T, s *suite.Suite) {
	a := s.Get(t, "/openapi.json")
	var document struct {
		OpenAPI string         `json:"openapi"`
		Paths   map[string]any `json:"paths"`
	}
	if err := json.Unmarshal(a.Body, &document); err != nil || !strings.HasPrefix(document.OpenAPI, "3.") {
		t.Fatalf("/openapi.json is of %q: %v", document.OpenAPI, err)
	}
	for _, path := range []string{"marketPosition", "careHomeCapacity", "/v1/careHomes:vacancies", "/v1/homeCareBranches", "/v1/housingSchemes", "/v1/employers"} {
		found := false
		for known := range document.Paths {
			found = found || strings.Contains(known, path)
		}
		if !found {
			t.Errorf("the document has no path with %s", path)
		}
	}
	for _, path := range []string{"/openapi.yaml", "/docs", "/districts/" + stroud} {
		if page := s.Get(t, path); page.Status != http.StatusOK || len(page.Body) == 0 {
			t.Errorf("%s: status %d with %d bytes", path, page.Status, len(page.Body))
		}
	}
}
