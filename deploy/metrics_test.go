package deploy_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/caremarket/caremarket/pkg/cache"
	"github.com/caremarket/caremarket/pkg/grpcserver"
	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/redisconn"
	"github.com/caremarket/caremarket/pkg/revision"
	"github.com/caremarket/caremarket/pkg/sqldb"
	"github.com/caremarket/caremarket/pkg/storetest"
	"github.com/caremarket/caremarket/pkg/telemetry"
	"github.com/caremarket/caremarket/pkg/transport"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// reported puts the parts that measure to work and returns what /metrics then says.
func reported(t *testing.T) string {
	t.Helper()
	tel, err := telemetry.Setup(t.Context(), telemetry.Config{ServiceName: "caremarket", LogWriter: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	useStore(t, tel)
	useCalls(t, tel)
	useHTTP(t, tel)
	answer := httptest.NewRecorder()
	tel.Metrics.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", http.NoBody))
	return answer.Body.String()
}

// useStore polls a store and asks a cache whose Redis is refused.
func useStore(t *testing.T, tel *telemetry.Telemetry) {
	t.Helper()
	db, err := sqldb.Open(t.Context(), sqldb.Options{
		Service: "carehomes", URL: storetest.SQLite(t), Migrations: ledger.Migrations(), Tracer: tel.Tracers, Meter: tel.Meters,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	redis, err := redisconn.Open("redis://127.0.0.1:1", redisconn.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = redis.Close() })
	tracker := revision.NewTracker("carehomes", 0)
	follower, err := revision.NewFollower(revision.FollowerConfig{Tracker: tracker, Source: ledger.New(db), Redis: redis, Meters: tel.Meters})
	if err != nil {
		t.Fatal(err)
	}
	kept, err := cache.New(cache.Config{Name: "carehomes", Redis: redis, Meters: tel.Meters})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = kept.Close() })
	// The store is not migrated yet, so the first poll fails.
	for _, err := range []error{
		revision.Report(tel.Meters, tracker), follower.Poll(t.Context()), db.Migrate(t.Context()), follower.Poll(t.Context()),
	} {
		if err != nil && !strings.Contains(err.Error(), "no such table") {
			t.Fatal(err)
		}
	}
	// More than the queue holds, so that the rest is dropped and counted.
	for commit := range int64(2000) {
		follower.Committed(commit+1, []string{"E07000082"})
	}
	if _, err := kept.Get(t.Context(), cache.Question{Service: "carehomes"}, revision.Mark{}, nil); err == nil {
		t.Fatal("an answer came from a load that is none")
	}
}

// useCalls makes a call that ends at once.
func useCalls(t *testing.T, tel *telemetry.Telemetry) {
	t.Helper()
	server, err := grpcserver.New(grpcserver.Config{Logger: tel.Logger, Tracers: tel.Tracers, Meters: tel.Meters, Propagator: tel.Propagator})
	if err != nil {
		t.Fatal(err)
	}
	commonv1.RegisterRevisionServiceServer(server, revision.NewServer(nil))
	local := transport.NewLocal()
	served := make(chan error, 1)
	go func() { served <- server.Serve(local.Listener()) }()
	conn, err := local.Dial(transport.Config{Tracers: tel.Tracers, Meters: tel.Meters, Propagator: tel.Propagator})
	if err != nil {
		t.Fatal(err)
	}
	stream, err := commonv1.NewRevisionServiceClient(conn).WatchRevisions(t.Context(), &commonv1.WatchRevisionsRequest{Services: []string{"none"}})
	if err == nil {
		_, err = stream.Recv()
	}
	if status.Code(err) != codes.NotFound {
		t.Fatalf("the call ended with %v", err)
	}
	if err := conn.Close(); err != nil {
		t.Error(err)
	}
	if err := server.Drain(t.Context()); err != nil {
		t.Error(err)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
}

// useHTTP answers a request as the gateway's outermost handler does.
func useHTTP(t *testing.T, tel *telemetry.Telemetry) {
	t.Helper()
	answering := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { r.Pattern = "/v1/actions" })
	otelhttp.NewHandler(answering, "gateway", otelhttp.WithMeterProvider(tel.Meters), otelhttp.WithTracerProvider(tel.Tracers)).
		ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v1/actions", http.NoBody))
}

var (
	selector = regexp.MustCompile(`([a-z_][a-z0-9_]*)\{([^}]*)\}`)
	matcher  = regexp.MustCompile(`([a-z_]+)(?:=~|!~|!=|=)"`)
	grouping = regexp.MustCompile(`by \(([^)]*)\)`)
)

// expressions are those of the alerts and of the dashboard.
func expressions(t *testing.T) []string {
	t.Helper()
	var all []string
	collect := func(m map[string]any) {
		for _, key := range []string{"expr", "query"} {
			if text, ok := m[key].(string); ok {
				all = append(all, text)
			}
		}
	}
	for _, files := range []map[string][]any{documents(t, ".yaml"), documents(t, ".json")} {
		for _, found := range files {
			walk(found, collect)
		}
	}
	return all
}

func TestMetricsExist(t *testing.T) {
	metrics := reported(t)
	hasMetric := func(name string) bool {
		// Of Prometheus itself.
		return name == "up" || strings.Contains(metrics, "\n"+name+"{") || strings.Contains(metrics, "\n"+name+" ")
	}
	hasLabel := func(name string) bool {
		// Of Prometheus itself, one for each process that it asks.
		return name == "job" || name == "instance" || strings.Contains(metrics, "{"+name+"=") || strings.Contains(metrics, ","+name+"=")
	}
	seen := 0
	for _, expression := range expressions(t) {
		var labels []string
		for _, found := range selector.FindAllStringSubmatch(expression, -1) {
			seen++
			if !hasMetric(found[1]) {
				t.Errorf("no process reports %s: %s", found[1], expression)
			}
			for _, label := range matcher.FindAllStringSubmatch(found[2], -1) {
				labels = append(labels, label[1])
			}
		}
		for _, found := range grouping.FindAllStringSubmatch(expression, -1) {
			labels = append(labels, strings.Split(found[1], ", ")...)
		}
		slices.Sort(labels)
		for _, label := range slices.Compact(labels) {
			if !hasLabel(label) {
				t.Errorf("nothing has the label %s: %s", label, expression)
			}
		}
	}
	if seen == 0 {
		t.Error("no metric is asked for: the files are read wrongly")
	}
}
