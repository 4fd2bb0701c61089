package sqldb

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

func TestDialectComments(t *testing.T) {
	cases := map[string]struct{ text, sqlite, postgres string }{
		"plain":         {"CREATE TABLE t (a TEXT);", "CREATE TABLE t (a TEXT);", "CREATE TABLE t (a TEXT);"},
		"sqlite":        {"t /*sqlite STRICT */;", "t STRICT ;", "t /*sqlite STRICT */;"},
		"postgres":      {`a TEXT /*postgres COLLATE "C" */,`, `a TEXT /*postgres COLLATE "C" */,`, `a TEXT COLLATE "C" ,`},
		"both":          {"/*sqlite A*/ /*postgres B*/", "A /*postgres B*/", "/*sqlite A*/ B"},
		"lines":         {"/*sqlite\nA\nB\n*/", "A\nB\n", "/*sqlite\nA\nB\n*/"},
		"twice":         {"/*sqlite A*/ x /*sqlite B*/", "A x B", "/*sqlite A*/ x /*sqlite B*/"},
		"other words":   {"/* sqlite is small */ /*sqlites x*/", "/* sqlite is small */ /*sqlites x*/", "/* sqlite is small */ /*sqlites x*/"},
		"never closed":  {"/*sqlite A", "/*sqlite A", "/*sqlite A"},
		"a dollar sign": {"/*postgres $1 ${x}*/", "/*postgres $1 ${x}*/", "$1 ${x}"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if got := fitted(t, c.text, SQLite); got != c.sqlite {
				t.Errorf("sqlite reads %q, want %q", got, c.sqlite)
			}
			if got := fitted(t, c.text, PostgreSQL); got != c.postgres {
				t.Errorf("postgres reads %q, want %q", got, c.postgres)
			}
		})
	}
}

// fitted reads a file of the text through a dialectFS, and checks that its size
// is told as it is read.
func fitted(t *testing.T, text string, engine Engine) string {
	t.Helper()
	fsys := dialectFS{fstest.MapFS{"00001_a.sql": {Data: []byte(text)}}, engine}
	got, err := fs.ReadFile(fsys, "00001_a.sql")
	if err != nil {
		t.Fatal(err)
	}
	info, err := fs.Stat(fsys, "00001_a.sql")
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() != int64(len(got)) {
		t.Errorf("size %d of %d bytes", info.Size(), len(got))
	}
	return string(got)
}

func TestDialectShowsDirectories(t *testing.T) {
	fsys := dialectFS{fstest.MapFS{"00001_a.sql": {}, "00002_b.sql": {}, "README": {}}, SQLite}
	names, err := fs.Glob(fsys, "*.sql")
	if err != nil || len(names) != 2 {
		t.Errorf("found %v, %v", names, err)
	}
	if _, err := fsys.Open("absent.sql"); err == nil {
		t.Error("opened a file that is not there")
	}
}

// FuzzDialect looks for a text that one engine reads differently although
// nothing in it is meant for that engine.
func FuzzDialect(f *testing.F) {
	f.Add("a /*sqlite b*/ c /*postgres d*/ e")
	f.Add("/*sqlite /*postgres x*/ */")
	f.Add("--/*sqlite\n*/")
	f.Fuzz(func(t *testing.T, text string) {
		for engine, mark := range map[Engine]string{SQLite: "/*sqlite", PostgreSQL: "/*postgres"} {
			got := fitted(t, text, engine)
			if !strings.Contains(text, mark) && got != text {
				t.Errorf("%v reads %q as %q", engine, text, got)
			}
			if len(got) > len(text) {
				t.Errorf("%v reads %q as more than it is: %q", engine, text, got)
			}
		}
	})
}
