// Package illustrative makes up a care market: care homes, home care branches and
// what they serve, supply outside CQC, housing schemes, employers, and three years
// of what they all return month by month. It shows how the system works where no
// real returns were imported. Nothing in it is a fact about any real provider, and
// every place and return names a source of the kind "illustrative".
//
// A Plan says how much there is of what in each district, in files that a
// commissioner can read and correct; where a total is published, the plan adds up to
// it and is refused when it does not. Generate deals a plan out to single places and
// walks each through the months. README.md tells how.
//
// The same plan makes the same market, to the byte, on any machine: every draw and
// every sum is in whole numbers, so no processor's floating point has a say, and each
// place draws from a stream of its own, so no order of work has one either.
package illustrative

import (
	"embed"
	"io/fs"
)

//go:embed *.csv county/*.csv england/*.csv
var embedded embed.FS

// Files returns the plans as they were built in. A corrected copy can take their
// place.
func Files() fs.FS { return embedded }
