package main

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/caremarket/caremarket/gateway"
	"github.com/caremarket/caremarket/pkg/app"
	"github.com/caremarket/caremarket/pkg/telemetry"
)

// Run serves until it is told to stop.
func (c serveCommand) Run(ctx context.Context, o output) (err error) {
	tel, err := telemetry.Setup(ctx, telemetry.Config{
		ServiceName: "caremarket", Version: version(), OTLPEndpoint: c.OTLP, SampleRatio: 1,
		LogLevel: c.LogLevel, LogFormat: c.LogFormat, LogWriter: o.err,
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, tel.Shutdown(context.WithoutCancel(ctx))) }()
	listeners, err := c.listen(ctx)
	if err != nil {
		return err
	}
	s, err := build(ctx, c, tel)
	if err != nil {
		return errors.Join(err, listeners.close())
	}
	components, err := s.components(ctx, listeners)
	if err != nil {
		return errors.Join(err, listeners.close(), s.close(context.WithoutCancel(ctx)))
	}
	components = append(components, app.Component{Name: "greeting", Start: func(context.Context) error {
		return greet(o.out, listeners)
	}})
	err = app.Run(ctx, app.Options{Logger: tel.Logger, Grace: c.Grace}, components...)
	return errors.Join(err, s.close(context.WithoutCancel(ctx)))
}

// listeners are the ports of a process.
type listeners struct{ http, grpc, admin net.Listener }

func (c serveCommand) listen(ctx context.Context) (l listeners, err error) {
	for _, one := range []struct {
		to      *net.Listener
		address string
	}{{&l.http, c.HTTP}, {&l.grpc, c.GRPC}, {&l.admin, c.Admin}} {
		if *one.to, err = app.Listen(ctx, one.address, c.AllowUnauthenticated); err != nil {
			return l, errors.Join(err, l.close())
		}
	}
	return l, nil
}

func (l listeners) close() error {
	var all []error
	for _, one := range []net.Listener{l.http, l.grpc, l.admin} {
		if one != nil {
			all = append(all, one.Close())
		}
	}
	return errors.Join(all...)
}

// components lists the parts of the process in the order they start.
func (s *suite) components(ctx context.Context, l listeners) ([]app.Component, error) {
	handler, err := gateway.New(ctx, gateway.Config{Conn: s.peers.Conn})
	if err != nil {
		return nil, err
	}
	readiness := &app.Readiness{}
	all := []app.Component{
		app.HTTP("admin", l.admin, app.Admin(s.telemetry.Metrics, readiness), s.telemetry.Logger),
	}
	for _, f := range s.followers {
		all = append(all, app.Component{Name: "revisions", Start: f.Poll, Run: func(ctx context.Context) error {
			f.Run(ctx)
			return nil
		}})
	}
	return append(all,
		app.Component{
			Name: "gRPC",
			Run:  func(context.Context) error { return s.grpc.Serve(l.grpc, s.local.Listener()) },
			Stop: s.grpc.Drain,
		},
		app.HTTP("REST", l.http, handler, s.telemetry.Logger),
		readiness.Component(),
	), nil
}

func greet(w interface{ Write([]byte) (int, error) }, l listeners) error {
	_, err := fmt.Fprintf(w, "caremarket serves REST on http://%s and gRPC on %s.\n", l.http.Addr(), l.grpc.Addr())
	return err
}
