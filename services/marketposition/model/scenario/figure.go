package scenario

import (
	"github.com/caremarket/caremarket/services/marketposition/model/interaction"
)

// Figure is one number of a district's year. The first four groups have one for each setting: see [Need],
// [Capacity], [Placed] and [Filled].
type Figure int

// The figures that are not of one setting.
const (
	// Unmet is people without a place.
	Unmet Figure = 4*interaction.Count + iota
	// CareHomes is people placed in residential and nursing care.
	CareHomes
	// Avoidable is those of them who are there for lack of community capacity.
	Avoidable
	// Figures is how many figures there are.
	Figures
)

// Need is people who need a place and want the setting.
func Need(s interaction.Setting) Figure { return Figure(s) }

// Capacity is people whom the setting's places and staff can serve.
func Capacity(s interaction.Setting) Figure { return interaction.Count + Figure(s) }

// Placed is people whom the setting serves.
func Placed(s interaction.Setting) Figure { return 2*interaction.Count + Figure(s) }

// Filled is posts filled in the setting at the start of the year.
func Filled(s interaction.Setting) Figure { return 3*interaction.Count + Figure(s) }

// String is the figure in words.
func (f Figure) String() string {
	groups := [...]string{"need for", "capacity of", "placed in", "posts filled in"}
	switch {
	case f >= 0 && f < Unmet:
		return groups[f/interaction.Count] + " " + interaction.Setting(f%interaction.Count).String()
	case f == Unmet:
		return "unmet need"
	case f == CareHomes:
		return "placed in care homes"
	case f == Avoidable:
		return "avoidable placements"
	default:
		return "unknown figure"
	}
}

// figures is one district's year in one draw.
type figures [Figures]float64

func (f *figures) add(other *figures) {
	for i := range f {
		f[i] += other[i]
	}
}
