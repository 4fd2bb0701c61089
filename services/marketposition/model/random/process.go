package random

// Process is a Poisson process whose rate is constant within each day: the number of arrivals of day d
// is Poisson with mean rates[d], and each comes at a uniform moment of its day, independently.
//
// Gaps of a unit-rate process are stretched by the rate, so two processes on equal streams see the same
// gaps: raising a rate brings every arrival forward and takes none away. The zero value has no arrivals.
type Process struct {
	rates  []float64
	stream *Stream
	day    int
	at     float64
}

// Start begins the process again at time 0, with the mean number of arrivals of each day. It keeps
// both rates, which must be finite and not negative, and the stream.
func (p *Process) Start(rates []float64, stream *Stream) {
	*p = Process{rates: rates, stream: stream}
}

// Next returns the moment of the next arrival in days since the start; false when no more come within
// the days that have a rate.
func (p *Process) Next() (days float64, ok bool) {
	if p.day >= len(p.rates) {
		return 0, false
	}
	gap := p.stream.ExpFloat64()
	for ; p.day < len(p.rates); p.day++ {
		p.at = max(p.at, float64(p.day))
		rate := p.rates[p.day]
		if rest := (float64(p.day+1) - p.at) * rate; gap >= rest {
			gap -= rest
			continue
		}
		p.at += gap / rate
		return p.at, true
	}
	return 0, false
}
