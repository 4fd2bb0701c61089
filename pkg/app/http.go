package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Limits of an HTTP server. There is none on the time of a whole request or answer: streams and
// profiles take long, and bounding bodies is the handlers' work.
const (
	readHeaderTimeout = 5 * time.Second
	idleTimeout       = 2 * time.Minute
	maxHeaderBytes    = 64 << 10
)

// HTTP is a component that serves handler on listener. When it stops, requests in flight finish while
// the stop's time lasts; what is left is then cut off.
func HTTP(name string, listener net.Listener, handler http.Handler, logger *slog.Logger) Component {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: readHeaderTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	return Component{
		Name: name,
		Run: func(context.Context) error {
			if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
				return fmt.Errorf("serve HTTP on %s: %w", listener.Addr(), err)
			}
			return nil
		},
		Stop: func(ctx context.Context) error {
			if err := server.Shutdown(ctx); err != nil {
				return errors.Join(fmt.Errorf("requests were cut off: %w", err), server.Close())
			}
			return nil
		},
	}
}
