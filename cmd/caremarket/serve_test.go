package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/caremarket/caremarket/pkg/storetest"
)

// process is the program serving within the test.
type process struct {
	greeting *screenOf
	ended    chan error
	stop     context.CancelFunc
}

// screenOf is what the process printed, and tells of when it has something in it.
type screenOf struct {
	mu    sync.Mutex
	text  bytes.Buffer
	until string
	shown chan struct{}
}

func (s *screenOf) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := strings.Contains(s.text.String(), s.until)
	n, err := s.text.Write(p)
	if !before && strings.Contains(s.text.String(), s.until) {
		close(s.shown)
	}
	return n, err
}

func (s *screenOf) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// serve starts the program on free ports and waits until it greets.
func serve(t *testing.T, args ...string) *process {
	t.Helper()
	p := &process{greeting: &screenOf{until: "caremarket serves", shown: make(chan struct{})}, ended: make(chan error, 1)}
	ctx, stop := context.WithCancel(t.Context())
	p.stop = stop
	t.Cleanup(stop)
	args = append([]string{"serve", "--http=127.0.0.1:0", "--grpc=127.0.0.1:0", "--admin=127.0.0.1:0", "--log-level=error"}, args...)
	go func() { p.ended <- run(ctx, args, p.greeting, io.Discard) }()
	select {
	case <-p.greeting.shown:
	case err := <-p.ended:
		t.Fatalf("it ended: %v\n%s", err, p.greeting)
	}
	return p
}

// end stops the process in order.
func (p *process) end(t *testing.T) {
	t.Helper()
	p.stop()
	if err := <-p.ended; err != nil {
		t.Errorf("the stop: %v", err)
	}
}

var addresses = regexp.MustCompile(`REST and pages on http://(\S+), gRPC on (\S+), metrics and health on (\S+)\.`)

// listens reads where the process says that it listens.
func (p *process) listens(t *testing.T) (rest, grpc, admin string) {
	t.Helper()
	found := addresses.FindStringSubmatch(p.greeting.String())
	if found == nil {
		t.Fatalf("it does not say where it listens:\n%s", p.greeting)
	}
	return found[1], found[2], found[3]
}

func get(t *testing.T, url string) (status int, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	read, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(read)
}

// A first start seeds, shows a statement and what to try; what it says can be tried works;
// it is ready until it is stopped. A second start finds what the first left.
func TestServeFromTheFirstStart(t *testing.T) {
	data := t.TempDir()
	first := serve(t, "--data", data)
	for _, want := range []string{"Seeded in ", "ILLUSTRATIVE", "Stroud, Gloucestershire: market position as at", "People", "Sources", "Try:"} {
		if !strings.Contains(first.greeting.String(), want) {
			t.Errorf("a first start does not say %q:\n%s", want, first.greeting)
		}
	}
	rest, _, admin := first.listens(t)
	if out, err := call(t, "healthcheck", "--admin", admin); err != nil || out != "ready\n" {
		t.Errorf("healthcheck: %q, %v", out, err)
	}
	tried := regexp.MustCompile(`http://`+regexp.QuoteMeta(rest)+`/[^\s']+`).FindAllString(first.greeting.String(), -1)
	if len(tried) != 3 {
		t.Errorf("to try: %q", tried)
	}
	for _, url := range tried {
		if status, body := get(t, url); status != http.StatusOK || len(body) < 100 {
			t.Errorf("%s: %d %s", url, status, body)
		}
	}
	first.end(t)
	if _, err := call(t, "healthcheck", "--admin", admin); err == nil {
		t.Error("it is ready after its stop")
	}

	second := serve(t, "--data", data, "--services=carehomes")
	defer second.end(t)
	if text := second.greeting.String(); strings.Contains(text, "Seeded") || !strings.HasPrefix(text, "caremarket serves carehomes on gRPC 127.0.0.1:") {
		t.Errorf("a second start, of one service, says %q", text)
	}
}

// A gateway by itself starts before those it asks, greets without a statement, and says
// for each question that it cannot be answered.
func TestServeBeforeThePeers(t *testing.T) {
	p := serve(t, "--services=gateway", "--data", t.TempDir(),
		"--peers=carehomes=127.0.0.1:1,homecare=127.0.0.1:1,housingwithcare=127.0.0.1:1,workforce=127.0.0.1:1,marketposition=127.0.0.1:1")
	defer p.end(t)
	rest, _, admin := p.listens(t)
	if strings.Contains(p.greeting.String(), "market position as at") {
		t.Errorf("it shows a statement:\n%s", p.greeting)
	}
	if _, err := call(t, "healthcheck", "--admin", admin); err != nil {
		t.Errorf("it is not ready: %v", err)
	}
	if status, body := get(t, "http://"+rest+"/v1/districts/"+shownDistrict+"/marketPosition"); status != http.StatusServiceUnavailable {
		t.Errorf("nobody answers, and it says %d %s", status, body)
	}
}

// A port that is taken stops the start, and gives back those that were not.
func TestATakenPort(t *testing.T) {
	listen := func(address string) net.Listener {
		l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	taken, free := listen("127.0.0.1:0"), listen("127.0.0.1:0")
	defer taken.Close()
	address := free.Addr().String()
	free.Close()
	_, err := call(t, "serve", "--http", address, "--grpc=127.0.0.1:0", "--admin", taken.Addr().String(), "--data", t.TempDir())
	if err == nil || !strings.Contains(err.Error(), "listen on "+taken.Addr().String()) {
		t.Errorf("a taken port: %v", err)
	}
	listen(address).Close()
}

// On each engine: migrating is done once and may be repeated; facts are seeded once and by
// command; without an illustrative market the markets stay empty.
func TestStoresOnBothEngines(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, url string) {
		stores := storeFlags{Store: url}
		at := "--store=" + url
		if dir, embedded := strings.CutPrefix(url, "sqlite:"); embedded {
			stores, at = storeFlags{Data: dir}, "--data="+dir
		}
		for range 2 {
			if out, err := call(t, "migrate", at); err != nil || out != "The stores of all services are as this version needs them.\n" {
				t.Fatalf("migrate: %q, %v", out, err)
			}
		}
		for name, revision := range revisionsIn(t, stores) {
			if revision != 0 {
				t.Errorf("migrating leaves %s at revision %d", name, revision)
			}
		}
		var seeded int64
		for range 2 {
			if out, err := call(t, "seed", at, "--illustrative=none"); err != nil || strings.Contains(out, "ILLUSTRATIVE") {
				t.Fatalf("seed: %q, %v", out, err)
			}
			for name, revision := range revisionsIn(t, stores) {
				if (revision > 0) != (name == positionName) {
					t.Errorf("facts alone leave %s at revision %d", name, revision)
				}
				if name == positionName && seeded != 0 && revision != seeded {
					t.Errorf("seeded again, %d becomes %d", seeded, revision)
				}
				seeded = max(seeded, revision)
			}
		}
		file := write(t, "Zones.csv", "zone,title,authority,district,share\nvale,The Vale,E10000013,E07000082,1\n")
		for _, want := range []string{"zones: 1 rows read; 1 new, 0 changed, 0 as before", "0 new, 0 changed, 1 as before"} {
			if out, err := call(t, "import", "zones", file, at); err != nil || !strings.Contains(out, want) {
				t.Errorf("import: %q, %v; want %q", out, err, want)
			}
		}
	})
}

// A store that others share is never seeded by a start, which could be any replica's.
func TestASharedStoreIsSeededByHand(t *testing.T) {
	url := storetest.Postgres(t)
	p := serve(t, "--store", url)
	if strings.Contains(p.greeting.String(), "Seeded") {
		t.Errorf("a start seeded:\n%s", p.greeting)
	}
	p.end(t)
	for name, revision := range revisionsIn(t, storeFlags{Store: url}) {
		if revision != 0 {
			t.Errorf("%s stands at %d", name, revision)
		}
	}
}
