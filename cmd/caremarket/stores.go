package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/telemetry"
)

// withStores opens all services' stores, migrated, without serving, and runs fn.
func withStores(ctx context.Context, stores storeFlags, o output, fn func(*suite) error) (err error) {
	tel, err := telemetry.Setup(ctx, telemetry.Config{
		ServiceName: "caremarket", Version: version(), OTLPEndpoint: stores.OTLP, SampleRatio: 1, LogLevel: "warn", LogFormat: telemetry.FormatText, LogWriter: o.err,
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, tel.Shutdown(context.WithoutCancel(ctx))) }()
	s, err := build(ctx, settings{
		serveCommand: serveCommand{storeFlags: stores},
		audience:     audience.System, running: serviceNames,
	}, tel)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close(context.WithoutCancel(ctx))) }()
	return fn(s)
}

type migrateCommand struct{ storeFlags }

// Run migrates every store.
func (c migrateCommand) Run(ctx context.Context, o output) error {
	return withStores(ctx, c.storeFlags, o, func(*suite) error {
		_, err := fmt.Fprintln(o.out, "The stores of all services are as this version needs them.")
		return err
	})
}
