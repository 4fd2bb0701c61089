package main

import (
	"context"
	"fmt"
	"io"
	"runtime/debug"

	"github.com/alecthomas/kong"
)

// cli is the command line. Every flag is also an environment variable, CAREMARKET_ and
// its name in capitals, and a key of the file that --config names.
type cli struct {
	Config kong.ConfigFlag `help:"YAML file of flags; the command line and the environment come before it." placeholder:"FILE"`

	Serve       serveCommand       `cmd:"" help:"Serve all services and the gateway, or some of them."`
	Import      importCommand      `cmd:"" help:"Bring a file of data in."`
	Seed        seedCommand        `cmd:"" help:"Load the facts that come with the program, and an illustrative market."`
	Migrate     migrateCommand     `cmd:"" help:"Bring the stores to the form that this version needs."`
	Healthcheck healthcheckCommand `cmd:"" help:"Ask a running process whether it is ready."`
	Version     versionCommand     `cmd:"" help:"Print the version."`
}

// output is where a command prints for people.
type output struct{ out, err io.Writer }

func run(ctx context.Context, args []string, out, errs io.Writer) error {
	var c cli
	var faults configFaults
	parser, err := kong.New(&c,
		kong.Name("caremarket"),
		kong.Description("What care a place needs, what it has, and what is missing."),
		kong.DefaultEnvars("CAREMARKET"),
		kong.Configuration(faults.load),
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
	Store string `help:"PostgreSQL in place of the embedded stores." placeholder:"postgres://…"`
	OTLP  string `help:"Collector of traces and metrics." placeholder:"http://HOST:4317" name:"otlp"`
}

// url is the address of the stores for sqldb.
func (f storeFlags) url() string {
	if f.Store != "" {
		return f.Store
	}
	return "sqlite:" + f.Data
}

// marketFlags say which illustrative market the stores are seeded with.
type marketFlags struct {
	Illustrative string `help:"Illustrative market: county (Gloucestershire; Leicester, Leicestershire and Rutland), england, or none." enum:"county,england,none" default:"county"`
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
