package suite

import (
	"strings"
	"testing"

	"github.com/caremarket/caremarket/pkg/storetest"
)

// The parts of the suite, as --services names them.
const (
	CareHomes       = "carehomes"
	HomeCare        = "homecare"
	HousingWithCare = "housingwithcare"
	Workforce       = "workforce"
	MarketPosition  = "marketposition"
	Gateway         = "gateway"
)

// Markets are the four market services.
func Markets() []string { return []string{CareHomes, HomeCare, HousingWithCare, Workforce} }

// Suite is the whole suite at work.
type Suite struct {
	parts map[string]*Process
	all   []*Process
	// Postgres and Redis are what six processes share; nil for one process.
	Postgres *storetest.Cluster
	Redis    *storetest.RedisServer
}

// One is everything in one process, seeded by itself, on SQLite and without Redis, unless
// its arguments say otherwise.
func One(t testing.TB, args ...string) *Suite {
	t.Helper()
	p := New(t, "caremarket", append([]string{"--data=" + t.TempDir()}, args...)...)
	s := &Suite{parts: map[string]*Process{}, all: []*Process{p}}
	for _, part := range append(Markets(), MarketPosition, Gateway) {
		s.parts[part] = p
	}
	p.Start(t)
	return s
}

// Six is a process for each part, seeded by command, on PostgreSQL and with Redis.
func Six(t testing.TB) *Suite {
	t.Helper()
	s := &Suite{
		parts: map[string]*Process{},
		// The data must outlive a stop of the cluster, not a power cut.
		Postgres: storetest.PostgresCluster(t, "fsync=off"),
		Redis:    storetest.Redis(t),
	}
	store := "--store=" + s.Postgres.Database(t)
	if out, err := Run(t, "seed", store); err != nil {
		t.Fatalf("seed: %v: %s", err, out)
	}
	var peers []string
	start := func(part string) {
		args := []string{"--services=" + part, store, "--redis=redis://" + s.Redis.Addr()}
		if len(peers) >= len(Markets()) {
			args = append(args, "--peers="+strings.Join(peers, ","))
		}
		p := New(t, part, args...)
		s.parts[part], s.all = p, append(s.all, p)
		p.Start(t)
		peers = append(peers, part+"="+p.GRPC)
	}
	for _, part := range append(Markets(), MarketPosition, Gateway) {
		start(part)
	}
	return s
}

// Of returns the process that runs a part.
func (s *Suite) Of(part string) *Process { return s.parts[part] }

// Processes returns all processes in the order they started.
func (s *Suite) Processes() []*Process { return s.all }
