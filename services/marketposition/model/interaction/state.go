package interaction

import "github.com/caremarket/caremarket/services/marketposition/model/assume"

// A corner says which inputs stand at their high (bit set) and which at their low: the capacities of the
// four settings (bits 0 to 3), all overflow shares together (bit 4), the need (bit 5). Overflow shares
// go together because every figure that is bounded moves the same way with each of them.
const (
	highOverflow = 1 << 4
	highNeed     = 1 << 5
	corners      = 1 << 6
	// leastPressed has all the places and few people; mostPressed many people and few places.
	leastPressed = 0b1111
	mostPressed  = highNeed | highOverflow
	// atCentral is not a corner: everything at its central.
	atCentral = -1
)

// market is the input at a corner.
func (in Input) market(corner int) Market {
	m := Market{Need: end(in.Need, corner, highNeed), Shares: in.Shares}
	for s := range Count {
		m.Capacity[s] = end(in.Capacity[s], corner, 1<<s)
		for t := range Count {
			m.Overflow[s][t] = end(in.Overflow[s][t].Range, corner, highOverflow)
		}
	}
	return m
}

func end(r assume.Range, corner, bit int) float64 {
	switch {
	case corner == atCentral:
		return r.Central
	case corner&bit != 0:
		return r.High
	default:
		return r.Low
	}
}

// uncertain has the bits of those inputs whose low and high differ.
func (in Input) uncertain() int {
	bits := 0
	if in.Need.Low < in.Need.High {
		bits |= highNeed
	}
	for s := range Count {
		if in.Capacity[s].Low < in.Capacity[s].High {
			bits |= 1 << s
		}
		for t := range Count {
			if in.Overflow[s][t].Low < in.Overflow[s][t].High {
				bits |= highOverflow
			}
		}
	}
	return bits
}

// Draw holds a share from 0 to 1 for each input with a range: how far into its range it lies.
type Draw struct {
	Need     float64
	Capacity BySetting
	Overflow Matrix
}

// At is the input's state of one draw, each value as [assume.Range.At] has it. The input must be valid.
func (in Input) At(d Draw) Market {
	m := Market{Need: in.Need.At(d.Need), Shares: in.Shares}
	for s := range Count {
		m.Capacity[s] = in.Capacity[s].At(d.Capacity[s])
		for t := range Count {
			m.Overflow[s][t] = in.Overflow[s][t].At(d.Overflow[s][t])
		}
	}
	return m
}

// Central is the input with everything at its central.
func (in Input) Central() Market { return in.market(atCentral) }
