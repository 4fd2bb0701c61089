package workforceflow

// Supply is what a service is asked for and what it can run, in units.
type Supply struct {
	// Need, the places there are, and the units that the staff can run.
	Need, Places, Staffed float64
	// Units is what can be run: no more than the places, and no more than the staff allow.
	Units float64
	Short Shortfall
}

// Shortfall is the need that cannot be met, by what is missing.
type Shortfall struct {
	// Staff: a place stands ready and nobody can staff it. Places: staff are there and no place is.
	// Both: neither is.
	Staff, Places, Both float64
}

// NewSupply sets need against places and the units that staff can run.
func NewSupply(need, places, staffed float64) Supply {
	return Supply{
		Need: need, Places: places, Staffed: staffed, Units: min(places, staffed),
		Short: Shortfall{
			Staff:  max(0, min(need, places)-staffed),
			Places: max(0, min(need, staffed)-places),
			Both:   max(0, need-max(places, staffed)),
		},
	}
}

// All is everything short of the need.
func (s Shortfall) All() float64 { return s.Staff + s.Places + s.Both }

// StaffShare is the share of the shortfall that is people rather than places, each bearing half of what
// lacks both: the average of what hiring would gain before and after places are added (the Shapley
// value). Nothing short has no share.
func (s Shortfall) StaffShare() (share float64, known bool) {
	all := s.All()
	if all <= 0 {
		return 0, false
	}
	return (s.Staff + s.Both/2) / all, true
}
