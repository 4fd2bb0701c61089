package seeds_test

import (
	"io/fs"
	"math"
	"strings"
	"testing"
	"testing/fstest"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	positionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/seeds"
)

func examples(t *testing.T) map[string]*positionv1.IntermediateCareExample {
	t.Helper()
	read, err := seeds.IntermediateCareExamples(seeds.Files())
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]*positionv1.IntermediateCareExample{}
	for _, e := range read.GetExamples() {
		byName[strings.TrimPrefix(e.GetName(), "intermediateCare/examples/")] = e
	}
	if len(byName) != len(read.GetExamples()) {
		t.Error("two examples have one name")
	}
	return byName
}

// What Gloucestershire published: 100 to 125 a week into Home First, half of them on into
// reablement, which must manage 60 to 70 cases.
func TestExamplesHoldWhatWasPublished(t *testing.T) {
	place, err := seeds.LoadGloucestershire(seeds.Files())
	if err != nil {
		t.Fatal(err)
	}
	published := map[string]float64{}
	for _, f := range place.Published {
		published[f.ID] = f.Number
	}
	all := examples(t)
	aWeek := func(what string, perDay, want float64) {
		t.Helper()
		if math.Abs(7*perDay-want) > 1e-9 || want == 0 {
			t.Errorf("%s: %v a week, %v were published", what, 7*perDay, want)
		}
	}
	homeFirst, cases := all["home-first-assessors"].GetSize(), all["reablement-places"].GetSize()
	aWeek("Home First, low", homeFirst.GetArrivalsPerDay().GetLow(), published["gloucestershire-home-first-low-2024"])
	aWeek("Home First, high", homeFirst.GetArrivalsPerDay().GetHigh(), published["gloucestershire-home-first-high-2024"])
	aWeek("reablement, low", cases.GetArrivalsPerDay().GetLow(), published["gloucestershire-reablement-cases-low-2024"])
	aWeek("reablement, high", cases.GetArrivalsPerDay().GetHigh(), published["gloucestershire-reablement-cases-high-2024"])
	if hours := homeFirst.GetMaxWaitHours().GetCentral(); hours != 48 {
		t.Errorf("an assessment within %v hours, want 48", hours)
	}
	stages := all["home-first-to-reablement"].GetSimulatePathway().GetStages()
	onward := stages[0].GetNext()[0].GetProbability()
	if 100*onward != published["gloucestershire-home-first-to-reablement-2024"] {
		t.Errorf("%v go on", onward)
	}
	aWeek("reablement, middle", onward*stages[0].GetArrivalsPerDay()[0]+stages[1].GetArrivalsPerDay()[0],
		(published["gloucestershire-reablement-cases-low-2024"]+published["gloucestershire-reablement-cases-high-2024"])/2)
}

func TestExamplesNameTheirSources(t *testing.T) {
	read, err := seeds.IntermediateCareExamples(seeds.Files())
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]commonv1.SourceKind{}
	for _, s := range read.GetSources() {
		kinds[s.GetId()] = s.GetKind()
	}
	if len(kinds) != 3 || kinds["gcc-mps-2024"] != commonv1.SourceKind_SOURCE_KIND_COUNCIL_RECORD {
		t.Errorf("sources %v", kinds)
	}
	for _, e := range read.GetExamples() {
		for _, input := range e.GetInputs() {
			for _, id := range input.GetSourceIds() {
				if kinds[id] == commonv1.SourceKind_SOURCE_KIND_UNSPECIFIED {
					t.Errorf("%s: %q names %q, which is no source", e.GetName(), input.GetTitle(), id)
				}
			}
		}
	}
}

func TestExamplesNameTheirFaults(t *testing.T) {
	const file = "examples/intermediate_care.json"
	whole, err := fs.ReadFile(seeds.Files(), file)
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct{ old, new, want string }{
		"no JSON":          {`"examples": [`, `"examples": `, file},
		"a field unknown":  {`"days": 181`, `"dais": 181`, "dais"},
		"a source unknown": {"gcc-mps-2024", "gcc-mps-2042", `"gcc-mps-2042" is not in a sources.csv`},
		"no title":         {`"title": "Places of reablement",`, "", "title"},
		"no request":       {`"path": "/v1/intermediateCare:size"`, `"path": "/v1/size"`, "path"},
	} {
		files := fstest.MapFS{file: {Data: []byte(strings.Replace(string(whole), tt.old, tt.new, 1))}}
		for _, sources := range []string{"examples/sources.csv", "gloucestershire/sources.csv"} {
			text, err := fs.ReadFile(seeds.Files(), sources)
			if err != nil {
				t.Fatal(err)
			}
			files[sources] = &fstest.MapFile{Data: text}
		}
		if _, err := seeds.IntermediateCareExamples(files); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q in it", name, err, tt.want)
		}
		delete(files, file)
		if _, err := seeds.IntermediateCareExamples(files); err == nil {
			t.Errorf("%s: a folder without the file is read", name)
		}
	}
}
