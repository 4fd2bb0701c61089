package main

import (
	"context"
	"fmt"
	"io"
	"runtime/debug"
	"time"

	"github.com/alecthomas/kong"
)

// cli is the command line. Every flag is also an environment variable, CAREMARKET_ and
// its name in capitals.
type cli struct {
	Serve   serveCommand   `cmd:"" help:"Serve all services and the gateway, or some of them."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

// output is where a command prints for people.
type output struct{ out, err io.Writer }

func run(ctx context.Context, args []string, out, errs io.Writer) error {
	var c cli
	parser, err := kong.New(&c,
		kong.Name("caremarket"),
		kong.Description("What care a place needs, what it has, and what is missing."),
		kong.DefaultEnvars("CAREMARKET"),
		kong.UsageOnError(),
		kong.Writers(out, errs),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(output{out, errs}),
	)
	if err != nil {
		return err
	}
	command, err := parser.Parse(args)
	if err != nil {
		return err
	}
	return command.Run()
}

// storeFlags say where data are kept.
type storeFlags struct {
	Data  string `help:"Folder of the embedded stores." default:"./.caremarket" placeholder:"DIR"`
	Store string `help:"PostgreSQL instead of the embedded stores." placeholder:"postgres://…"`
}

// url is the address of a store for sqldb.
func (f storeFlags) url() string {
	if f.Store != "" {
		return f.Store
	}
	return "sqlite:" + f.Data
}

type serveCommand struct {
	storeFlags
	Services             []string      `help:"Services to run here: carehomes, homecare, housingwithcare, workforce, marketposition, gateway. Default: all." placeholder:"NAME"`
	HTTP                 string        `help:"Address of REST and pages." default:"127.0.0.1:8080" name:"http"`
	GRPC                 string        `help:"Address of gRPC." default:"127.0.0.1:9090" name:"grpc"`
	Admin                string        `help:"Address of metrics, health and profiles." default:"127.0.0.1:9091"`
	Redis                string        `help:"Shared cache." placeholder:"redis://…"`
	Peers                string        `help:"Where services that do not run here are reached." placeholder:"NAME=HOST:PORT,…"`
	AllowUnauthenticated bool          `help:"Listen on addresses that others can reach, though nobody is authenticated yet."`
	Grace                time.Duration `help:"Longest time a stop may take." default:"25s"`
	LogLevel             string        `help:"debug, info, warn or error." default:"info"`
	LogFormat            string        `help:"json or text." default:"json"`
	OTLP                 string        `help:"Collector of traces and metrics." placeholder:"http://HOST:4317" name:"otlp"`
}

type versionCommand struct{}

// Run prints the version that the build recorded.
func (versionCommand) Run(o output) error {
	_, err := fmt.Fprintln(o.out, version())
	return err
}

func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "unknown"
	}
	return info.Main.Version
}
