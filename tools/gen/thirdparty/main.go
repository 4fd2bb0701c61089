// Command thirdparty prints the .proto files that ours import into a folder, so that
// buf finds them without a registry. It takes them from the Go modules whose code we
// link, which go.sum pins: nothing is copied into the tree, and nothing can differ
// from what runs.
//
// Usage:
//
//	thirdparty DIR
package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/jhump/protoreflect/v2/protoprint"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	// Each of these registers the files it was generated from.
	_ "buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	_ "google.golang.org/genproto/googleapis/api/annotations"
	_ "google.golang.org/genproto/googleapis/api/httpbody"
	_ "google.golang.org/genproto/googleapis/rpc/code"
	_ "google.golang.org/genproto/googleapis/rpc/errdetails"
	_ "google.golang.org/genproto/googleapis/rpc/status"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "thirdparty:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return errors.New("usage: thirdparty DIR")
	}
	printer := protoprint.Printer{Compact: true}
	if err := printer.PrintProtosToFileSystem(registered(), args[0]); err != nil {
		return fmt.Errorf("print into %s: %w", args[0], err)
	}
	return nil
}

// registered returns every linked file in the order of its path, less those that buf
// brings itself.
func registered() []protoreflect.FileDescriptor {
	var files []protoreflect.FileDescriptor
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		if !strings.HasPrefix(file.Path(), "google/protobuf/") {
			files = append(files, file)
		}
		return true
	})
	slices.SortFunc(files, func(a, b protoreflect.FileDescriptor) int { return cmp.Compare(a.Path(), b.Path()) })
	return files
}
