package intake

import "io"

// Options are how a file is imported, the same for every importer.
type Options struct {
	// Partial takes the sound rows of a file that has others.
	Partial bool
	// Rejects receives the rejected rows as CSV; nil for nowhere.
	Rejects io.Writer
	// Progress is told how far the import has come; nil for nobody.
	Progress Progress
}

// Report is what came of an import.
type Report struct {
	// Rows is how many rows below the header were read.
	Rows int
	// Created, Updated and Unchanged count what was kept, in things of the import's own
	// kind; run twice, all are unchanged.
	Created, Updated, Unchanged int
	// Rejected is how many rows were not taken, and RejectedFirst the first of them.
	Rejected      int
	RejectedFirst []Rejected
	// Skipped counts rows that are of no concern, such as those of other countries.
	Skipped int
	// Revision is the newest commit of the service after the import.
	Revision int64
	// Notes are for people: doubts, and what was passed over.
	Notes []string
}

// With returns the report with what a store says of the things that were kept.
func (r Report) With(kept Report) Report {
	r.Created, r.Updated, r.Unchanged, r.Revision = kept.Created, kept.Updated, kept.Unchanged, kept.Revision
	return r
}
