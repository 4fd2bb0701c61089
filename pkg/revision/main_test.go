package revision_test

import (
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	// A Redis client that was closed while its server was away ends this one by itself, within a second.
	dialling := goleak.IgnoreAnyFunction("github.com/redis/go-redis/v9/internal/pool.(*ConnPool).tryDial")
	goleak.VerifyTestMain(m, dialling)
}

// pass lets d of a bubble's time go by, with all that happens meanwhile.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}
