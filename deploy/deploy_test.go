// Package deploy_test checks that what deployments name is there: files that parse, commands
// and flags that the command line has, metrics and labels that processes report.
package deploy_test

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// documents reads every document of every file with an ending.
func documents(t *testing.T, ending string) map[string][]any {
	t.Helper()
	found := map[string][]any{}
	err := filepath.WalkDir(".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ending {
			return err
		}
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		defer file.Close()
		next := json.NewDecoder(file).Decode
		if ending == ".yaml" {
			next = yaml.NewDecoder(file).Decode
		}
		for {
			var document any
			err := next(&document)
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				t.Errorf("%s: %v", path, err)
				return nil
			}
			found[path] = append(found[path], document)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 {
		t.Fatalf("there is no %s file", ending)
	}
	return found
}

// commandLine reads the flags and the commands from the tags of the command line's structs.
func commandLine(t *testing.T) (flags, commands []string) {
	t.Helper()
	files, err := filepath.Glob("../cmd/caremarket/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			field, ok := n.(*ast.Field)
			if !ok || field.Tag == nil || len(field.Names) != 1 {
				return true
			}
			tag := reflect.StructTag(strings.Trim(field.Tag.Value, "`"))
			name := tag.Get("name")
			if name == "" {
				name = kebab(field.Names[0].Name)
			}
			if _, isCommand := tag.Lookup("cmd"); isCommand {
				commands = append(commands, name)
			} else if _, helps := tag.Lookup("help"); helps {
				flags = append(flags, name)
			}
			return true
		})
	}
	if len(flags) == 0 || len(commands) == 0 {
		t.Fatal("the command line has no flags or no commands: its tags are read wrongly")
	}
	return flags, commands
}

var hump = regexp.MustCompile(`([a-z0-9])([A-Z])`)

// kebab writes a field's name as a flag: DrainWait is drain-wait.
func kebab(name string) string {
	return strings.ToLower(hump.ReplaceAllString(name, "$1-$2"))
}

// walk visits every map of a document.
func walk(node any, visit func(map[string]any)) {
	switch node := node.(type) {
	case map[string]any:
		visit(node)
		for _, child := range node {
			walk(child, visit)
		}
	case []any:
		for _, child := range node {
			walk(child, visit)
		}
	}
}

// texts are the strings of a list; none for anything else.
func texts(list any) []string {
	items, _ := list.([]any)
	var out []string
	for _, item := range items {
		if text, ok := item.(string); ok {
			out = append(out, text)
		}
	}
	return out
}

func TestFlagsAndCommandsExist(t *testing.T) {
	flags, commands := commandLine(t)
	started := 0
	for path, all := range documents(t, ".yaml") {
		for _, document := range all {
			walk(document, func(m map[string]any) {
				if image, _ := m["image"].(string); !strings.HasPrefix(image, "caremarket") {
					return
				}
				for _, arg := range append(texts(m["command"]), texts(m["args"])...) {
					started++
					name, isFlag := strings.CutPrefix(arg, "--")
					name, _, _ = strings.Cut(name, "=")
					known := commands
					if isFlag {
						known = flags
					}
					if !slices.Contains(known, name) {
						t.Errorf("%s: the command line has no %s", path, arg)
					}
				}
			})
		}
	}
	if started == 0 {
		t.Error("nothing starts the program: the files are read wrongly")
	}
}

func TestEnvironmentIsFlags(t *testing.T) {
	flags, _ := commandLine(t)
	variable := regexp.MustCompile(`\bCAREMARKET_[A-Z_]*[A-Z]`)
	seen := 0
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) == ".go" {
			return err
		}
		text, err := os.ReadFile(path)
		for _, name := range variable.FindAllString(string(text), -1) {
			seen++
			flag := strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(name, "CAREMARKET_"), "_", "-"))
			if !slices.Contains(flags, flag) {
				t.Errorf("%s: %s is no flag", path, name)
			}
		}
		return err
	})
	if err != nil || seen == 0 {
		t.Fatalf("%d variables found: %v", seen, err)
	}
}
