package e2e_test

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/caremarket/caremarket/e2e/suite"
)

// documented is a request and part of its answer, as a page shows them one after the other.
// A request with a body is a POST.
var documented = regexp.MustCompile("(?s)```sh\ncurl '?localhost:8080([^\\s']+)'?(?: -d '(.*?)')?\n```\n\n```json\n(.*?)```")

// staysTrue sends the requests of the models' pages and looks for every number of the
// answers that they show.
func staysTrue(t *testing.T, s *suite.Suite) {
	pages, err := filepath.Glob("../docs/models/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatalf("pages %v: %v", pages, err)
	}
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		found := documented.FindAllStringSubmatch(string(text), -1)
		if shown := strings.Count(string(text), "```json"); len(found) != shown {
			t.Errorf("%s: %d answers and %d requests", page, shown, len(found))
		}
		for _, one := range found {
			checkDocumented(t, s, page, one[1], one[2], one[3])
		}
	}
}

// checkDocumented sends one request and compares what is shown of its answer.
func checkDocumented(t *testing.T, s *suite.Suite, page, path, body, shown string) {
	t.Helper()
	method := http.MethodGet
	if body != "" {
		method = http.MethodPost
	}
	a, err := s.Ask(t.Context(), method, path, body)
	if err != nil {
		t.Fatal(err)
	}
	if a.Status != http.StatusOK {
		t.Errorf("%s: %s %s %s: status %d: %s", page, method, path, body, a.Status, a.Body)
		return
	}
	var want, got any
	if err := readNumbers(shown, &want); err != nil {
		t.Fatalf("%s: %s: %v", page, shown, err)
	}
	if err := readNumbers(string(a.Body), &got); err != nil {
		t.Fatal(err)
	}
	for _, difference := range shows(path, want, got) {
		t.Errorf("%s: %s", page, difference)
	}
}

// readNumbers keeps numbers as they are written.
func readNumbers(text string, into *any) error {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	return d.Decode(into)
}

// shows lists where an answer is not what is shown of it: fields may be left out, numbers
// rounded to the digits that are written.
func shows(at string, want, got any) []string {
	var differences []string
	switch want := want.(type) {
	case map[string]any:
		object, _ := got.(map[string]any)
		for name, value := range want {
			differences = append(differences, shows(at+"."+name, value, object[name])...)
		}
		return differences
	case []any:
		list, _ := got.([]any)
		if len(list) != len(want) {
			return []string{fmt.Sprintf("%s has %d entries, %d are shown", at, len(list), len(want))}
		}
		for i, value := range want {
			differences = append(differences, shows(fmt.Sprintf("%s[%d]", at, i), value, list[i])...)
		}
		return differences
	case json.Number:
		number, _ := got.(json.Number)
		a, errA := want.Float64()
		b, errB := number.Float64()
		_, decimals, _ := strings.Cut(want.String(), ".")
		if errA == nil && errB == nil && math.Abs(a-b) <= 0.5000001*math.Pow10(-len(decimals)) {
			return nil
		}
	default:
		if want == got {
			return nil
		}
	}
	return []string{fmt.Sprintf("%s is %v, shown as %v", at, got, want)}
}

// What is shown wrong is found.
func TestShows(t *testing.T) {
	for shown, wrong := range map[string]bool{
		`{"a":1.23,"b":[{"c":"x"}]}`: false, `{"a":1.2}`: false, `{}`: false,
		`{"a":1.24}`: true, `{"b":[]}`: true, `{"b":[{"c":"y"}]}`: true, `{"d":0}`: true, `{"a":"1.23"}`: true,
	} {
		var want, got any
		if err := readNumbers(shown, &want); err != nil {
			t.Fatal(err)
		}
		if err := readNumbers(`{"a":1.2345,"b":[{"c":"x","d":1}]}`, &got); err != nil {
			t.Fatal(err)
		}
		if found := shows("", want, got); (len(found) > 0) != wrong {
			t.Errorf("%s: %v", shown, found)
		}
	}
}
