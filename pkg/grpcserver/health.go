package grpcserver

import (
	"sync"

	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
)

// overall is the name under which the health service speaks of the whole server.
const overall = ""

// healthBoard keeps the overall status in step with that of each service.
type healthBoard struct {
	server *health.Server

	mu      sync.Mutex
	serving map[string]bool
}

func newHealthBoard() *healthBoard {
	return &healthBoard{server: health.NewServer(), serving: map[string]bool{}}
}

func (b *healthBoard) set(service string, serving bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.serving[service] = serving
	b.server.SetServingStatus(service, statusOf(serving))

	all := true
	for _, each := range b.serving {
		all = all && each
	}
	b.server.SetServingStatus(overall, statusOf(all))
}

// shutdown says NOT_SERVING for every service, for good.
func (b *healthBoard) shutdown() { b.server.Shutdown() }

func statusOf(serving bool) grpc_health_v1.HealthCheckResponse_ServingStatus {
	if serving {
		return grpc_health_v1.HealthCheckResponse_SERVING
	}
	return grpc_health_v1.HealthCheckResponse_NOT_SERVING
}
