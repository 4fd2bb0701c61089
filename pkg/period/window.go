package period

// The days of the month on which the reporting window opens and, unless the
// second is a weekend or public holiday, closes: see WindowIn.
const (
	windowOpensOn  = 8
	windowClosesOn = 14
)

// Window is one month's reporting window. It opens at the start of Opens and
// closes at the end of Closes.
type Window struct {
	Opens, Closes Date
}

// WindowIn returns the reporting window of d's month.
//
// The rule is the Department of Health and Social Care's, in its "Formal notice
// of a mandate for all adult social care providers" (section 277A, Health and
// Social Care Act 2012; updated 26 April 2024): the window opens at the start of
// the 8th and runs until the end of the 14th, or of the next working day where
// the 14th is a weekend or public holiday. In force since 31 July 2022; earlier
// months are counted by the same rule.
// https://www.gov.uk/government/publications/adult-social-care-provider-information-provisions-formal-notice
func WindowIn(d Date) Window {
	month := d.MonthStart()
	closes := month.AddDays(windowClosesOn - 1)
	for !closes.IsZero() && !IsWorkingDay(closes) {
		closes = closes.AddDays(1)
	}
	return Window{Opens: month.AddDays(windowOpensOn - 1), Closes: closes}
}

// LatestClosedWindow returns the last window that had closed before the day asAt
// began. On its closing day a window is still open.
func LatestClosedWindow(asAt Date) Window {
	window := WindowIn(asAt)
	if window.Closes.Before(asAt) {
		return window
	}
	return WindowIn(asAt.MonthStart().AddDays(-1))
}

// Stale reports whether a return that speaks of returned is stale on the day
// asAt: the latest closed window opened after it, so the provider has let a
// whole window pass without saying anything newer. An unchanged return saved in
// the window is not stale: the formal notice asks that it be saved again.
func Stale(returned, asAt Date) bool {
	return returned.Before(LatestClosedWindow(asAt).Opens)
}
