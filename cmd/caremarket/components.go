package main

import (
	"context"
	"errors"
	"time"

	"github.com/caremarket/caremarket/gateway"
	"github.com/caremarket/caremarket/pkg/app"
)

// components lists the parts of the process in the order they start; they stop in
// reverse.
func (s *suite) components(c settings, l listeners, o output) ([]app.Component, error) {
	readiness := &app.Readiness{}
	readiness.Wait(starting)
	all := []app.Component{
		app.HTTP("admin", l.admin, app.Admin(s.telemetry.Metrics, readiness), s.telemetry.Logger),
	}
	for _, name := range serviceNames {
		if r, ok := s.rooms[name]; ok {
			all = append(all, app.Component{Name: name + " revisions", Start: r.follower.Poll, Run: func(ctx context.Context) error {
				r.follower.Run(ctx)
				return nil
			}})
		}
	}
	all = append(all,
		app.Component{Name: "seeds", Start: func(ctx context.Context) error { return s.seedIfEmpty(ctx, o) }},
		app.Component{
			Name: "gRPC",
			Run:  func(context.Context) error { return s.grpc.Serve(l.grpc, s.local.Listener()) },
			Stop: func(ctx context.Context) error {
				s.revision.Close()
				return s.grpc.Drain(ctx)
			},
		})
	for _, m := range s.mirrors {
		all = append(all, app.Component{Name: "mirror", Run: func(ctx context.Context) error {
			m.Run(ctx)
			return nil
		}})
	}
	if c.runs(gatewayName) {
		handler, err := gateway.New(gateway.Config{
			Conn: s.peers.Conn, Trackers: s.trackers, Atlas: s.atlas, Audience: c.audience,
			Logger: s.telemetry.Logger, Tracers: s.telemetry.Tracers, Meters: s.telemetry.Meters, Propagator: s.telemetry.Propagator,
		})
		if err != nil {
			return nil, err
		}
		rest := app.HTTP("REST", l.http, handler, s.telemetry.Logger)
		stop := rest.Stop
		rest.Stop = func(ctx context.Context) error {
			// Streams end first, or they would hold up the rest.
			return errors.Join(handler.Close(), stop(ctx))
		}
		all = append(all, rest)
	}
	return append(all, app.Component{
		Name: "greeting", Start: func(ctx context.Context) error {
			readiness.Done(starting)
			return s.greet(ctx, l, o)
		},
	}, app.Component{Name: "drain", Stop: func(ctx context.Context) error { return wait(ctx, c.DrainWait) }}, readiness.Component()), nil
}

// starting is what a process waits for until everything has started, seeds too.
const starting = "start"

// wait lets those who send requests learn that the process is no longer ready.
func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
