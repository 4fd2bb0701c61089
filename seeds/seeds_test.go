package seeds_test

import (
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/period"
	"github.com/caremarket/caremarket/seeds"
)

const gloucestershire = geo.Code("E10000013")

var today = period.NewDate(2026, 10, 31)

// publishedData returns the publishers' own files, which lie beside the project.
func publishedData(t testing.TB) fs.FS {
	t.Helper()
	const beside = "../../shared/data"
	if _, err := os.Stat(beside); err != nil {
		t.Skip("the published files are not beside the project, at ../shared/data")
	}
	return os.DirFS(beside)
}

func england(t testing.TB) seeds.England {
	t.Helper()
	england, err := seeds.LoadEngland(seeds.Files())
	if err != nil {
		t.Fatal(err)
	}
	return england
}

func atlas(t testing.TB) *geo.Atlas {
	t.Helper()
	atlas, err := seeds.Atlas(seeds.Files(), today)
	if err != nil {
		t.Fatal(err)
	}
	return atlas
}

// places loads what has been published about each place, by the name of its folder.
func places(t testing.TB) map[string]seeds.Place {
	t.Helper()
	glos, err := seeds.LoadGloucestershire(seeds.Files())
	if err != nil {
		t.Fatal(err)
	}
	llr, err := seeds.LoadLLR(seeds.Files())
	if err != nil {
		t.Fatal(err)
	}
	return map[string]seeds.Place{"gloucestershire": glos, "llr": llr}
}

// copied returns the embedded files as a map that a test may spoil.
func copied(t testing.TB) fstest.MapFS {
	t.Helper()
	files := make(fstest.MapFS)
	err := fs.WalkDir(seeds.Files(), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(seeds.Files(), path)
		files[path] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// replace changes a text that must stand in the file.
func replace(t testing.TB, files fstest.MapFS, path, old, with string) {
	t.Helper()
	text := string(files[path].Data)
	if !strings.Contains(text, old) {
		t.Fatalf("%s does not have %q", path, old)
	}
	files[path] = &fstest.MapFile{Data: []byte(strings.Replace(text, old, with, 1))}
}

func expectFaults(t *testing.T, err error, wanted ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("the files were taken")
	}
	for _, want := range wanted {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say: %s", want)
		}
	}
	if t.Failed() {
		t.Log(err)
	}
}

func TestEveryFileOfEnglandIsDescribed(t *testing.T) {
	entries, err := fs.ReadDir(seeds.Files(), "england")
	if err != nil {
		t.Fatal(err)
	}
	var there []string
	for _, entry := range entries {
		if !entry.IsDir() && entry.Name() != "sources.csv" && entry.Name() != "files.csv" {
			there = append(there, entry.Name())
		}
	}
	var described []string
	for _, file := range england(t).Files {
		described = append(described, file.Name)
	}
	slices.Sort(described)
	if diff := cmp.Diff(there, described); diff != "" {
		t.Errorf("(-in the folder +in files.csv)\n%s", diff)
	}
}

func TestEverySourceIsUsed(t *testing.T) {
	england := england(t)
	used := make(map[string]bool)
	for _, file := range england.Files {
		for _, id := range england.SourceIDs(file.Name) {
			used[id] = true
		}
	}
	for _, figure := range england.Published {
		used[figure.SourceID] = true
	}
	facts, err := seeds.Facts(seeds.Files())
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range facts.GetAssumptions() {
		for _, id := range a.GetSourceIds() {
			used[id] = true
		}
	}
	for _, source := range england.Sources {
		if !used[source.ID] {
			t.Errorf("nothing of England rests on %s", source.ID)
		}
	}
	for name, place := range places(t) {
		used := sourcesOf(place)
		for _, source := range place.Sources {
			if !used[source.ID] {
				t.Errorf("nothing of %s rests on %s", name, source.ID)
			}
		}
	}
}

func sourcesOf(place seeds.Place) map[string]bool {
	used := make(map[string]bool)
	for _, figure := range place.Published {
		used[figure.SourceID] = true
	}
	for _, claim := range place.Claims {
		used[claim.SourceID] = true
	}
	for _, intention := range place.Intentions {
		used[intention.SourceID] = true
	}
	for _, action := range place.Actions {
		used[action.SourceID] = true
	}
	for _, engagement := range place.Engagement {
		used[engagement.SourceID] = true
	}
	for _, plan := range place.Plans {
		used[plan.SourceID] = true
	}
	return used
}

// TestOneSourceOneMeaning: the folders are loaded into one list of sources.
func TestOneSourceOneMeaning(t *testing.T) {
	seen := make(map[string]seeds.Source)
	all := england(t).Sources
	for _, name := range slices.Sorted(maps.Keys(places(t))) {
		all = append(all, places(t)[name].Sources...)
	}
	for _, source := range all {
		before, twice := seen[source.ID]
		before.Note, seen[source.ID] = source.Note, source
		if twice && before != source {
			t.Errorf("%s means two things:\n%s", source.ID, cmp.Diff(before, source))
		}
	}
}
