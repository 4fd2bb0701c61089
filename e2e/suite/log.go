package suite

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// Printed returns what the process has printed for people.
func (p *Process) Printed(t testing.TB) string {
	t.Helper()
	return string(p.read(t, "stdout"))
}

// Logged returns what the process has logged, as it stands.
func (p *Process) Logged(t testing.TB) []byte {
	t.Helper()
	return p.read(t, "stderr")
}

// Lines returns the whole lines that the process has logged. One that is no JSON object
// fails the test.
func (p *Process) Lines(t testing.TB) []map[string]any {
	t.Helper()
	var lines []map[string]any
	text := p.Logged(t)
	for line := range bytes.Lines(text) {
		if !bytes.HasSuffix(line, []byte("\n")) {
			break // still being written
		}
		read := map[string]any{}
		if err := json.Unmarshal(line, &read); err != nil {
			t.Errorf("%s logged what is no JSON: %s", p.Name, line)
			continue
		}
		lines = append(lines, read)
	}
	return lines
}

func (p *Process) read(t testing.TB, stream string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(p.dir, stream))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func (p *Process) tail() string {
	text, err := os.ReadFile(filepath.Join(p.dir, "stderr"))
	if err != nil {
		return err.Error()
	}
	const most = 4000
	return string(text[max(0, len(text)-most):])
}
