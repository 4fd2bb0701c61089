package sqldb

import (
	"bytes"
	"io/fs"
	"regexp"
)

// dialectFS shows the migrations as one engine should read them: a comment
// that begins with the engine's name, /*sqlite … */ or /*postgres … */, is
// opened up for that engine and stays a comment for the other.
type dialectFS struct {
	fs.FS
	engine Engine
}

var dialectComments = map[Engine]*regexp.Regexp{
	SQLite:     regexp.MustCompile(`(?s)/\*sqlite\s(.*?)\*/`),
	PostgreSQL: regexp.MustCompile(`(?s)/\*postgres\s(.*?)\*/`),
}

// Open opens a file; directories are passed through.
func (d dialectFS) Open(name string) (fs.File, error) {
	info, err := fs.Stat(d.FS, name)
	if err != nil || info.IsDir() {
		return d.FS.Open(name)
	}
	text, err := fs.ReadFile(d.FS, name)
	if err != nil {
		return nil, err
	}
	text = dialectComments[d.engine].ReplaceAll(text, []byte("$1"))
	return &dialectFile{Reader: bytes.NewReader(text), info: info, size: int64(len(text))}, nil
}

// dialectFile is a file whose text was fitted to an engine.
type dialectFile struct {
	*bytes.Reader
	info fs.FileInfo
	size int64
}

func (f *dialectFile) Close() error               { return nil }
func (f *dialectFile) Stat() (fs.FileInfo, error) { return dialectInfo{f.info, f.size}, nil }

// dialectInfo tells the size of the text as fitted.
type dialectInfo struct {
	fs.FileInfo
	size int64
}

func (i dialectInfo) Size() int64 { return i.size }
