package period

import (
	"sync"
	"time"
	_ "time/tzdata" // England's clock, also on a machine without a time zone database
)

// Today returns the day it is in England at the instant now.
func Today(now time.Time) Date { return DateOf(now.In(london())) }

var london = sync.OnceValue(func() *time.Location {
	location, err := time.LoadLocation("Europe/London")
	if err != nil {
		// Not reached while tzdata is embedded above. UTC is England's winter clock.
		return time.UTC
	}
	return location
})
