package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRunPrintsWhatOursImport(t *testing.T) {
	dir := t.TempDir()
	if err := run([]string{dir}); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"buf/validate/validate.proto":     "extend google.protobuf.FieldOptions",
		"google/api/annotations.proto":    "extend google.protobuf.MethodOptions",
		"google/api/field_behavior.proto": "REQUIRED",
		"google/api/httpbody.proto":       "message HttpBody",
		"google/rpc/error_details.proto":  "message BadRequest",
		"google/rpc/status.proto":         "message Status",
	} {
		text, err := os.ReadFile(filepath.Join(dir, path))
		if err != nil {
			t.Error(err)
		} else if !strings.Contains(string(text), want) {
			t.Errorf("%s lacks %q", path, want)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "google/protobuf")); !os.IsNotExist(err) {
		t.Errorf("google/protobuf was printed too, which buf brings itself: %v", err)
	}
}

func TestRunWantsOneFolder(t *testing.T) {
	for _, args := range [][]string{nil, {"a", "b"}} {
		if err := run(args); err == nil {
			t.Errorf("run(%q) gave no error", args)
		}
	}
}
