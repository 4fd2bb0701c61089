package illustrative

// rate draws CQC's rating of a place, by its number in the ratings that homes and
// branches share, and the day it was given; no day where it has not been rated yet.
// How often each is given is our own.
func (p *Plan) rate(s *stream, l life) (rating int, on string) {
	const outstanding, good, improvement, inadequate, insufficient = 1, 2, 3, 4, 5
	// CQC's first rating follows within about a year.
	first := l.opens.AddDays(s.between(120, 400))
	day := p.From.AddDays(-s.below(5 * 365))
	if first.After(day) {
		day = first
	}
	given := []int{outstanding, good, improvement, inadequate, insufficient}[s.pick(40, 750, 180, 20, 10)]
	if unrated := s.chance(30); unrated || day.After(p.To) || (!l.closes.IsZero() && day.After(l.closes)) {
		return 0, ""
	}
	return given, day.String()
}
