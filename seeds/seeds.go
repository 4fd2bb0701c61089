// Package seeds holds the facts the system starts from, each with its source, in
// CSV files that a commissioner can read and correct: England's geography,
// population and rates, and what Gloucestershire and Leicester, Leicestershire
// and Rutland have published about their own markets.
//
// The loaders read any file system laid out as these folders are, so a corrected
// copy can take the place of the embedded one.
package seeds

import (
	"embed"
	"io/fs"
)

//go:embed england/*.csv england/assumptions gloucestershire/*.csv llr/*.csv examples/*
var embedded embed.FS

// Files returns the facts as they were built in.
func Files() fs.FS { return embedded }
