package scenario

// table holds every draw: of each figure by area, year and world, and of each knob.
type table struct {
	years, draws int
	values       []float64
	knobs        [][]float64 // by knob, then draw
}

func newTable(m *model) *table {
	t := &table{years: m.years, draws: m.in.Draws, knobs: make([][]float64, len(m.knobs))}
	t.values = make([]float64, (len(m.districts)+1)*m.years*worlds*int(Figures)*m.in.Draws)
	for i := range t.knobs {
		t.knobs[i] = make([]float64, m.in.Draws)
	}
	return t
}

// column is all draws of one figure.
func (t *table) column(area, year, world int, f Figure) []float64 {
	first := (((area*t.years+year)*worlds+world)*int(Figures) + int(f)) * t.draws
	return t.values[first : first+t.draws]
}

// write keeps the figures of one draw. Draws may be written by several workers at once.
func (t *table) write(area, year, world, draw int, found *figures) {
	for f := range Figures {
		t.column(area, year, world, f)[draw] = found[f]
	}
}

// read returns the figures of one draw that was written.
func (t *table) read(area, year, world, draw int) figures {
	var found figures
	for f := range Figures {
		found[f] = t.column(area, year, world, f)[draw]
	}
	return found
}
