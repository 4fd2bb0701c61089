package redisconn

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/redis/go-redis/v9"
)

// LogTo sends what go-redis would print to logger instead, at debug level: while Redis is away it says so many times a
// second, and the metrics tell it better. It holds for every client of the process, so main calls it, once, before any
// client is opened.
func LogTo(logger *slog.Logger) {
	redis.SetLogger(debugLog{logger})
}

type debugLog struct{ logger *slog.Logger }

// Printf is what go-redis calls.
func (l debugLog) Printf(ctx context.Context, format string, args ...any) {
	if l.logger.Enabled(ctx, slog.LevelDebug) {
		l.logger.DebugContext(ctx, "redis client", "says", fmt.Sprintf(format, args...))
	}
}
