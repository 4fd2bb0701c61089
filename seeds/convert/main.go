// Convert makes the files of seeds/england that carry published figures, out of
// the publishers' own files. It is run once for each edition:
//
//	go run ./seeds/convert -from ../shared/data -to seeds/england
//
// What each file is made from, and how, stands in seeds/england/README.md. Run
// twice on the same editions it writes the same bytes.
package main

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

func main() {
	from := flag.String("from", "../shared/data", "directory of the published files")
	to := flag.String("to", "seeds/england", "directory to write to")
	flag.Parse()
	if err := run(os.DirFS(*from), *to); err != nil {
		fmt.Fprintln(os.Stderr, "convert:", err)
		os.Exit(1)
	}
}

func run(published fs.FS, to string) error {
	files, err := convert(published)
	if err != nil {
		return err
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(to, name), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}
