package gateway_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/caremarket/caremarket/gateway/internal/fixture"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
)

// withAnswers plays a kept path and one that is not.
func withAnswers(t *testing.T) (s *stack, paths []string) {
	s = newStack(t)
	at, _ := counting(s)
	at.Store(5)
	s.commit(5, stroud)
	s.homes.list = func(*carehomesv1.ListCareHomesRequest) (*carehomesv1.ListCareHomesResponse, error) {
		var homes []*carehomesv1.CareHome
		for range 20 {
			homes = append(homes, &carehomesv1.CareHome{Name: "careHomes/1-1", Title: "The Elms"})
		}
		return &carehomesv1.ListCareHomesResponse{CareHomes: homes, NextPageToken: "next"}, nil
	}
	return s, []string{capacityPath, "/v1/careHomes", "/openapi.json", "/openapi.yaml", "/docs", "/docs/start.js", "/docs/swagger-ui.css", "/assets/caremarket.css", "/assets/icon.svg"}
}

func TestEveryGETHasAnETag(t *testing.T) {
	s, paths := withAnswers(t)
	for _, path := range paths {
		t.Run(path, func(t *testing.T) {
			first := s.get(t, path)
			etag := first.Header.Get("ETag")
			if first.StatusCode != 200 || !strings.HasPrefix(etag, `"`) || first.body == "" {
				t.Fatalf("got %d, ETag %q", first.StatusCode, etag)
			}
			if first.Header.Get("Cache-Control") != "private, no-cache" || first.Header.Get("Vary") != "Accept, Accept-Encoding" {
				t.Errorf("headers %v", first.Header)
			}
			for _, condition := range []string{etag, `"x", ` + etag, "W/" + etag, "*"} {
				again := s.get(t, path, "If-None-Match: "+condition)
				if again.StatusCode != 304 || again.body != "" || again.Header.Get("ETag") != etag || again.Header.Get("Content-Length") != "" {
					t.Errorf("If-None-Match %s: got %d, %d bytes, %v", condition, again.StatusCode, len(again.body), again.Header)
				}
			}
			if other := s.get(t, path, `If-None-Match: "other"`); other.StatusCode != 200 || other.body != first.body {
				t.Errorf("another ETag: got %d", other.StatusCode)
			}
			head := s.ask(t, "HEAD", path, "")
			if head.StatusCode != 200 || head.body != "" || head.Header.Get("ETag") != etag || head.ContentLength != int64(len(first.body)) {
				t.Errorf("HEAD: got %d, %d bytes of %d, ETag %s", head.StatusCode, len(head.body), head.ContentLength, head.Header.Get("ETag"))
			}
		})
	}
}

func TestGzipHasItsOwnETag(t *testing.T) {
	s, paths := withAnswers(t)
	for _, path := range paths {
		t.Run(path, func(t *testing.T) {
			plain := s.get(t, path)
			zipped := s.get(t, path, "Accept-Encoding: br, gzip;q=0.5")
			if len(plain.body) < 1400 {
				if zipped.body != plain.body {
					t.Error("it is not worth it and done")
				}
				return
			}
			if zipped.Header.Get("Content-Encoding") != "gzip" || zipped.Header.Get("ETag") == plain.Header.Get("ETag") {
				t.Fatalf("headers %v", zipped.Header)
			}
			r, err := gzip.NewReader(strings.NewReader(zipped.body))
			if err != nil {
				t.Fatal(err)
			}
			if read, err := io.ReadAll(r); err != nil || string(read) != plain.body {
				t.Errorf("unpacked it is another answer (%v)", err)
			}
			if refused := s.get(t, path, "Accept-Encoding: gzip;q=0"); refused.Header.Get("Content-Encoding") != "" {
				t.Error("it is sent to who refuses it")
			}
		})
	}
}

func TestETagFollowsTheAnswer(t *testing.T) {
	s := newStack(t)
	at, _ := counting(s)
	at.Store(5)
	s.commit(5, stroud)
	first := s.get(t, capacityPath)
	at.Store(6)
	s.commit(6, stroud)
	second := s.get(t, capacityPath, "If-None-Match: "+first.Header.Get("ETag"))
	if second.StatusCode != 200 || second.Header.Get("ETag") == first.Header.Get("ETag") {
		t.Errorf("got %d with ETag %s", second.StatusCode, second.Header.Get("ETag"))
	}
}

func TestJSONIsComplete(t *testing.T) {
	s, _ := withAnswers(t)
	var capacity map[string]any
	got := s.get(t, capacityPath)
	if err := json.Unmarshal([]byte(got.body), &capacity); err != nil {
		t.Fatal(err)
	}
	for _, field := range []string{"asAt", "registeredBeds", "bedTypes", "illustrative", "placedByOtherAuthorities"} {
		if _, ok := capacity[field]; !ok {
			t.Errorf("it has no %s", field)
		}
	}
	var tight bytes.Buffer
	if err := json.Compact(&tight, []byte(got.body)); err != nil || tight.String() != got.body {
		t.Errorf("white space in it varies from build to build (%v)", err)
	}
}

func TestFormats(t *testing.T) {
	s, _ := withAnswers(t)
	tests := map[string]struct {
		query, accept, want string
	}{
		"nothing said":       {"", "", "application/json"},
		"anything":           {"", "*/*", "application/json"},
		"a browser":          {"", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json"},
		"csv":                {"", "text/csv", "text/csv"},
		"csv, else anything": {"", "text/csv, */*;q=0.1", "text/csv"},
		"csv in capitals":    {"", "Text/CSV", "text/csv"},
		"json first":         {"", "application/json, text/csv", "application/json"},
		"csv preferred":      {"", "application/json;q=0.5, text/csv;q=0.9", "text/csv"},
		"csv refused":        {"", "text/csv;q=0", "application/json"},
		"not a type":         {"", ";;,text/csv;q=x", "application/json"},
		"query":              {"?format=csv", "", "text/csv"},
		"query above header": {"?format=JSON", "text/csv", "application/json"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for _, path := range []string{capacityPath, "/v1/careHomes"} {
				got := s.get(t, path+test.query, "Accept: "+test.accept)
				contentType, _, _ := strings.Cut(got.Header.Get("Content-Type"), ";")
				if got.StatusCode != 200 || contentType != test.want {
					t.Errorf("%s: got %d, %s", path, got.StatusCode, contentType)
				}
				if isCSV := strings.HasPrefix(got.body, "\uFEFF"); isCSV != (test.want == "text/csv") {
					t.Errorf("%s: the body begins with %q", path, got.body[:10])
				}
			}
		})
	}
}

func TestDownloadsHaveAName(t *testing.T) {
	s, _ := withAnswers(t)
	want := map[string]string{
		capacityPath + "?format=csv": `attachment; filename="districts-E07000082-careHomeCapacity.csv"`,
		"/v1/careHomes?format=csv":   `attachment; filename="careHomes.csv"`,
		capacityPath:                 "",
	}
	for path, name := range want {
		if got := s.get(t, path).Header.Get("Content-Disposition"); got != name {
			t.Errorf("%s: %s, want %s", path, got, name)
		}
	}
	if got := s.get(t, "/v1/careHomes?format=csv").Header.Get("Next-Page-Token"); got != "next" {
		t.Errorf("the next page is %q", got)
	}
}

func TestVacanciesAsCSV(t *testing.T) {
	s := newStack(t)
	s.homes.find = func(*carehomesv1.FindVacanciesRequest) (*carehomesv1.FindVacanciesResponse, error) {
		return &carehomesv1.FindVacanciesResponse{
			Vacancies: []*carehomesv1.CareHomeVacancy{{
				CareHome: &carehomesv1.CareHome{Name: "careHomes/1-1", Title: "=Elms"}, BedType: carehomesv1.BedType_BED_TYPE_TRANSITIONAL,
				Admittable: fixture.Value(2, 2), DistanceMiles: 1.25,
			}},
			Sources: fixture.Sources(),
		}, nil
	}
	got := s.get(t, vacancies+"&bedType=transitional&format=csv")
	if got.StatusCode != 200 || !strings.Contains(got.body, "careHomes/1-1,'=Elms,") || !strings.Contains(got.body, ",TRANSITIONAL,1.25,admittable,2,value,") {
		t.Errorf("got %d: %s", got.StatusCode, got.body)
	}
}
