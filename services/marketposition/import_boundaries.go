package marketposition

import (
	"context"
	"fmt"
	"io"

	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/intake"
)

// ImportBoundaries reads the outlines of districts from GeoJSON and keeps them in place of
// those before: what places are put in their districts by. The file is taken whole or not
// at all; its error names every outline that cannot be used.
func (s *Server) ImportBoundaries(ctx context.Context, source intake.Source, o intake.Options) (intake.Report, error) {
	geojson, err := readAll(ctx, source, o.Progress)
	if err != nil {
		return intake.Report{}, err
	}
	parsed, err := geo.ParseBoundaries(geojson, s.atlas)
	if err != nil {
		return intake.Report{}, fmt.Errorf("%s: %w", source.Name, err)
	}
	found := len(parsed.Districts())
	report := intake.Report{Rows: found + len(parsed.Unknown()), Skipped: len(parsed.Unknown())}
	if missing := len(s.atlas.Districts()) - found; missing > 0 {
		report.Notes = append(report.Notes, fmt.Sprintf("%d districts of England have no outline in it", missing))
	}
	changed, err := s.keepBoundaries(ctx, source.Name, geojson)
	if err != nil {
		return report, err
	}
	if changed {
		report.Created = found
	} else {
		report.Unchanged = found
	}
	return report, nil
}

// readAll reads a file that must be held whole, up to the limit of what is parsed.
func readAll(ctx context.Context, source intake.Source, progress intake.Progress) ([]byte, error) {
	file, err := source.Open()
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", source.Name, err)
	}
	defer file.Close()
	// One byte over the limit is enough for the parser to refuse it with its own words.
	watched := &watchedReader{ctx: ctx, from: io.LimitReader(file, geo.MaxBoundaryBytes+1), total: source.Size, progress: progress}
	data, err := io.ReadAll(watched)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", source.Name, err)
	}
	return data, nil
}

// watchedReader tells progress as it is read, and ends with its context.
type watchedReader struct {
	ctx         context.Context
	from        io.Reader
	done, total int64
	progress    intake.Progress
}

// Read is that of io.Reader.
func (w *watchedReader) Read(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := w.from.Read(p)
	w.done += int64(n)
	if w.progress != nil {
		w.progress(w.done, w.total)
	}
	return n, err
}
