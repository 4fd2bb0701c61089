package illustrative

import "slices"

// walk is how far a quantity is from what it was in the counted month, month by
// month, in thousandths of its usual size. In the counted month it is 0.
type walk []int

// walkThrough draws a walk both ways from the counted month. Each step forgets a part
// of how far it had gone and adds up to noise; to that come the season, and a rise of
// so many thousandths a year.
func (p *Plan) walkThrough(s *stream, noise, rise int, season *[12]int) walk {
	c := p.calendar
	w := make(walk, c.months())
	for month, strayed := c.counted+1, 0; month < len(w); month++ {
		strayed = stray(s, strayed, noise)
		w[month] = strayed
	}
	for month, strayed := c.counted-1, 0; month >= 0; month-- {
		strayed = stray(s, strayed, noise)
		w[month] = strayed
	}
	for month := range w {
		w[month] += rise * (month - c.counted) / monthsOfYear
		if season != nil {
			w[month] += season[c.ofYear(month)] - season[c.ofYear(c.counted)]
		}
	}
	return w
}

func stray(s *stream, strayed, noise int) int {
	const kept, of = 85, 100
	return strayed*kept/of + s.around(noise)
}

// of applies a month of the walk to a quantity, and keeps the result from 0 to limit.
func (w walk) of(month, quantity, size, limit int) int {
	return max(0, min(limit, quantity+perMille(size, w[month])))
}

// perMille is so many thousandths of n, rounded to the nearest.
func perMille(n, thousandths int) int {
	if thousandths < 0 {
		return -perMille(n, -thousandths)
	}
	return int((int64(n)*int64(thousandths) + 500) / 1000)
}

// split shares n out by weight without limits.
func split(n int, weights ...int) []int { return deal(n, weights, nil) }

// scattered gives each weight a factor of its own, between low and high percent.
func scattered(s *stream, weights []int, low, high int) []int {
	scattered := slices.Clone(weights)
	for i := range scattered {
		scattered[i] *= s.between(low, high)
	}
	return scattered
}
