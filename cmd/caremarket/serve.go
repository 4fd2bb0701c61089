package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/caremarket/caremarket/pkg/app"
	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/redisconn"
	"github.com/caremarket/caremarket/pkg/sqldb"
	"github.com/caremarket/caremarket/pkg/telemetry"
	"github.com/caremarket/caremarket/pkg/transport"
)

type serveCommand struct {
	storeFlags
	marketFlags
	Services             []string      `help:"What to run here: carehomes, homecare, housingwithcare, workforce, marketposition, gateway. Default: all." placeholder:"NAME"`
	HTTP                 string        `help:"Address of REST and pages." default:"127.0.0.1:8080" name:"http" placeholder:"ADDR"`
	GRPC                 string        `help:"Address of gRPC." default:"127.0.0.1:9090" name:"grpc" placeholder:"ADDR"`
	Admin                string        `help:"Address of metrics, health and profiles." default:"127.0.0.1:9091" placeholder:"ADDR"`
	Redis                string        `help:"Shared cache." placeholder:"redis://…"`
	Peers                string        `help:"Where services that do not run here are reached." placeholder:"NAME=HOST:PORT,…"`
	AllowUnauthenticated bool          `help:"Listen on addresses that others can reach, though nobody is authenticated yet."`
	Audience             string        `help:"Most that callers may see: public, provider, commissioner or system. Default: commissioner where only this machine is listened to, else public." placeholder:"NAME"`
	Grace                time.Duration `help:"Longest time a stop may take." default:"25s"`
	DrainWait            time.Duration `help:"How long to go on serving after a stop is asked for, so that callers learn of it." default:"0s"`
	ConnectionAge        time.Duration `help:"How long a gRPC connection takes new calls before its client makes another, so that calls reach new replicas; 0s for ever." default:"30m"`
	LogLevel             string        `help:"debug, info, warn or error." default:"info"`
	LogFormat            string        `help:"json or text." default:"json"`
}

// gatewayName is the gateway among the services.
const gatewayName = "gateway"

// settings are what the flags of serve come to, checked.
type settings struct {
	serveCommand
	audience audience.Audience
	peers    transport.Addresses
	running  []string
}

// check names every fault of the flags at once.
func (c serveCommand) check() (settings, error) {
	s := settings{serveCommand: c, running: c.Services}
	var faults []error
	if len(s.running) == 0 {
		s.running = append(slices.Clone(serviceNames), gatewayName)
	}
	for _, name := range s.running {
		if !slices.Contains(serviceNames, name) && name != gatewayName {
			faults = append(faults, fmt.Errorf("--services: %q is not one of %s, %s", name, strings.Join(serviceNames, ", "), gatewayName))
		}
	}
	exposed := false
	for _, address := range []string{c.HTTP, c.GRPC, c.Admin} {
		faults = append(faults, app.CheckListen(address, c.AllowUnauthenticated))
		exposed = exposed || app.CheckListen(address, false) != nil
	}
	s.audience = audience.Commissioner
	if exposed {
		s.audience = audience.Public
	}
	if c.Audience != "" {
		var err error
		s.audience, err = audience.Parse(c.Audience)
		faults = append(faults, err)
	}
	var err error
	s.peers, err = transport.ParseAddresses(c.Peers, serviceNames)
	faults = append(faults, err, s.checkPeers())
	if c.Grace <= 0 || c.DrainWait < 0 || c.DrainWait >= c.Grace {
		faults = append(faults, fmt.Errorf("--grace %s must be positive and longer than --drain-wait %s", c.Grace, c.DrainWait))
	}
	if c.ConnectionAge < 0 {
		faults = append(faults, fmt.Errorf("--connection-age %s must not be negative", c.ConnectionAge))
	}
	return s, errors.Join(append(faults, s.checkBackends())...)
}

// checkBackends makes sure that what the process uses is named in a way that it knows.
func (s settings) checkBackends() error {
	faults := []error{s.telemetry(nil).Check(), sqldb.CheckURL(s.url())}
	if s.Redis != "" {
		faults = append(faults, redisconn.CheckURL(s.Redis))
	}
	return errors.Join(faults...)
}

// telemetry is how the process tells of itself; its log goes to w.
func (s settings) telemetry(w io.Writer) telemetry.Config {
	return telemetry.Config{
		ServiceName: s.name(), Version: version(), OTLPEndpoint: s.OTLP, SampleRatio: 1,
		LogLevel: s.LogLevel, LogFormat: s.LogFormat, LogWriter: w,
	}
}

// checkPeers makes sure that whoever asks other services knows where they are.
func (s settings) checkPeers() error {
	asks := s.runs(gatewayName) || s.runs(positionName)
	var faults []error
	for _, name := range serviceNames {
		if _, told := s.peers[name]; asks && !told && !s.runs(name) && (name != positionName || s.runs(gatewayName)) {
			faults = append(faults, fmt.Errorf("--peers: %s does not run here and has no address", name))
		}
	}
	return errors.Join(faults...)
}

// name is what the process is called in telemetry: by its services, unless it runs all.
func (s settings) name() string {
	if len(s.running) > len(serviceNames) {
		return "caremarket"
	}
	return "caremarket-" + strings.Join(s.running, "-")
}

func (s settings) runs(name string) bool { return slices.Contains(s.running, name) }

// Run serves until it is told to stop.
func (c serveCommand) Run(ctx context.Context, o output) (err error) {
	s, err := c.check()
	if err != nil {
		return err
	}
	tel, err := telemetry.Setup(ctx, s.telemetry(o.err))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, tel.Shutdown(context.WithoutCancel(ctx))) }()
	if _, set := os.LookupEnv("GOGC"); !set {
		debug.SetGCPercent(collectAt)
	}
	l, err := s.listen(ctx)
	if err != nil {
		return err
	}
	built, err := build(ctx, s, tel)
	if err != nil {
		return errors.Join(err, l.close())
	}
	defer func() { err = errors.Join(err, built.close(context.WithoutCancel(ctx))) }()
	components, err := built.components(s, l, o)
	if err != nil {
		return errors.Join(err, l.close())
	}
	return app.Run(ctx, app.Options{Logger: tel.Logger, Grace: c.Grace}, components...)
}

// collectAt makes the collector run when the heap has grown by half rather than doubled:
// hot answers are kept as bytes, so little is allocated, and a laptop has other work too.
const collectAt = 50

// listeners are the ports of a process; http is nil without a gateway.
type listeners struct{ http, grpc, admin net.Listener }

func (s settings) listen(ctx context.Context) (l listeners, err error) {
	for _, one := range []struct {
		to      *net.Listener
		address string
		wanted  bool
	}{{&l.http, s.HTTP, s.runs(gatewayName)}, {&l.grpc, s.GRPC, true}, {&l.admin, s.Admin, true}} {
		if !one.wanted {
			continue
		}
		if *one.to, err = app.Listen(ctx, one.address, s.AllowUnauthenticated); err != nil {
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
