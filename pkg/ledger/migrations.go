package ledger

import (
	"embed"
	"errors"
	"io"
	"io/fs"
	"slices"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations returns the ledger's schema, for sqldb.Open.
func Migrations() fs.FS { return flat(migrations) }

// MigrationsWith returns the ledger's schema and that of a service's own tables beside it,
// which stands in the folder migrations of own. Its numbers begin at 100.
func MigrationsWith(own fs.FS) fs.FS { return union{Migrations(), flat(own)} }

// flat shows the folder migrations as the root.
func flat(files fs.FS) fs.FS {
	sub, err := fs.Sub(files, "migrations")
	if err != nil {
		return files // The name is a valid one: there is no error.
	}
	return sub
}

// union shows the files of several flat folders as those of one.
type union []fs.FS

// Open opens the first file of that name.
func (u union) Open(name string) (fs.File, error) {
	if name == "." {
		return u.folder()
	}
	for _, one := range u {
		if file, err := one.Open(name); !errors.Is(err, fs.ErrNotExist) {
			return file, err
		}
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

func (u union) folder() (fs.File, error) {
	own, err := u[0].Open(".")
	if err != nil {
		return nil, err
	}
	all := &folder{File: own}
	for _, one := range u {
		entries, err := fs.ReadDir(one, ".")
		if err != nil {
			return nil, errors.Join(err, own.Close())
		}
		all.entries = append(all.entries, entries...)
	}
	return all, nil
}

// folder is the root of a union.
type folder struct {
	fs.File
	entries []fs.DirEntry
}

// ReadDir is that of fs.ReadDirFile.
func (f *folder) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 {
		n = len(f.entries)
	} else if len(f.entries) == 0 {
		return nil, io.EOF
	}
	next := slices.Clone(f.entries[:min(n, len(f.entries))])
	f.entries = f.entries[len(next):]
	return next, nil
}
