package seeds

import (
	"fmt"
	"io/fs"

	"buf.build/go/protovalidate"
	"google.golang.org/protobuf/encoding/protojson"

	positionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/seeds/internal/table"
)

// IntermediateCareExamples reads the requests about intermediate care that are ready to
// send, with every source that they name. The error names every fault.
func IntermediateCareExamples(fsys fs.FS) (*positionv1.ListIntermediateCareExamplesResponse, error) {
	const file = "examples/intermediate_care.json"
	var faults table.Faults
	known := &positionv1.Facts{}
	for _, folder := range []string{"examples", "gloucestershire"} {
		addSources(known, readSources(&faults, fsys, folder).list)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	text, err := fs.ReadFile(fsys, file)
	if err != nil {
		return nil, fmt.Errorf("examples of intermediate care: %w", err)
	}
	read := &positionv1.ListIntermediateCareExamplesResponse{}
	if err := protojson.Unmarshal(text, read); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if err := protovalidate.Validate(read); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	named := map[string]bool{}
	for _, example := range read.GetExamples() {
		for _, input := range example.GetInputs() {
			for _, id := range input.GetSourceIds() {
				named[id] = true
			}
		}
	}
	for _, source := range known.GetSources() {
		if named[source.GetId()] {
			read.Sources = append(read.Sources, source)
			delete(named, source.GetId())
		}
	}
	for id := range named {
		faults.Add(fmt.Errorf("%s: %q is not in a sources.csv", file, id))
	}
	return read, faults.Err()
}
