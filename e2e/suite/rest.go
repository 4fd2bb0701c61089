package suite

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// client keeps a connection for each of many callers, as a client under load should: a
// request on a kept connection that its server is closing is sent again.
var client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true}}

// Answer is what REST answered.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// URL returns the address of a path.
func (s *Suite) URL(path string) string { return "http://" + s.Of(Gateway).HTTP + path }

// Ask makes a request. Headers are pairs of a name and a value. Answers are never
// unpacked, so that their bytes can be compared.
func (s *Suite) Ask(ctx context.Context, method, path, body string, headers ...string) (Answer, error) {
	req, err := http.NewRequestWithContext(ctx, method, s.URL(path), strings.NewReader(body))
	if err != nil {
		return Answer{}, err
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := client.Do(req)
	if err != nil {
		return Answer{}, err
	}
	defer res.Body.Close()
	read, err := io.ReadAll(res.Body)
	return Answer{Status: res.StatusCode, Header: res.Header, Body: read}, err
}

// Get asks for a path and returns the answer, whatever its status.
func (s *Suite) Get(t testing.TB, path string, headers ...string) Answer {
	t.Helper()
	a, err := s.Ask(t.Context(), http.MethodGet, path, "", headers...)
	if err != nil {
		t.Fatalf("GET %s: %v", path, err)
	}
	return a
}

// Read asks for a path and reads the answer into a message. Any status but 200, and any
// field that the message does not have, fails the test.
func Read[M proto.Message](t testing.TB, s *Suite, path string, into M) M {
	t.Helper()
	a := s.Get(t, path)
	if err := a.Into(into); err != nil {
		t.Fatalf("GET %s: %v", path, err)
	}
	return into
}

// Post sends a body to a path and reads the answer into a message, as [Read] does.
func Post[M proto.Message](t testing.TB, s *Suite, path, body string, into M) M {
	t.Helper()
	a, err := s.Ask(t.Context(), http.MethodPost, path, body)
	if err != nil {
		t.Fatalf("POST %s: %v", path, err)
	}
	if err := a.Into(into); err != nil {
		t.Fatalf("POST %s: %v", path, err)
	}
	return into
}

// Into reads a success into a message; anything else is an error.
func (a Answer) Into(m proto.Message) error {
	if a.Status != http.StatusOK {
		return fmt.Errorf("status %d: %s", a.Status, a.Body)
	}
	return protojson.Unmarshal(a.Body, m)
}
