package replicate

// Histogram counts times of people by the hour, rounded up, and keeps their exact sum. Histograms of
// several workers add up to the same whatever the workers.
type Histogram struct {
	hours []int64
	sum   Instant
	count int64
}

// NewHistogram returns an empty histogram for times up to a number of days; longer ones count as that
// long in the quantiles.
func NewHistogram(days int) *Histogram {
	return &Histogram{hours: make([]int64, 24*days+1)}
}

// Note counts a time, which must not be negative.
func (h *Histogram) Note(time Instant) {
	hour := (time + Hour - 1) / Hour
	h.hours[min(int(hour), len(h.hours)-1)]++
	h.sum += time
	h.count++
}

// Add counts all times of another histogram of the same length.
func (h *Histogram) Add(other *Histogram) {
	for i, n := range other.hours {
		h.hours[i] += n
	}
	h.sum += other.sum
	h.count += other.count
}

// Count returns the number of times.
func (h *Histogram) Count() int64 { return h.count }

// Summarise returns the distribution in days; the zero Distribution when nothing was counted. The mean
// is exact; quantiles are rounded up to the hour.
func (h *Histogram) Summarise() Distribution {
	var d Distribution
	if h.count == 0 {
		return d
	}
	d.Mean = h.sum.Days() / float64(h.count)
	reached, hour := h.hours[0], 0
	for _, q := range d.quantiles() {
		for reached < rank(q.percent, h.count) {
			hour++
			reached += h.hours[hour]
		}
		*q.value = float64(hour) / 24
	}
	return d
}
