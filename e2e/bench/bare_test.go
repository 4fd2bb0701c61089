package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/grpcserver"
	"github.com/caremarket/caremarket/pkg/telemetry"
	"github.com/caremarket/caremarket/pkg/wire"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
)

// The files that a bare server's answers are read from.
const (
	capacityFile  = "capacity"
	statementFile = "statement"
)

// bare is a process that gives the answers of the suite without having to find them.
type bare struct{ grpc, http string }

// startBare starts a bare server of the two answers.
func startBare(b *testing.B, capacity, statement []byte) bare {
	b.Helper()
	folder := b.TempDir()
	for name, body := range map[string][]byte{capacityFile: capacity, statementFile: statement} {
		if err := os.WriteFile(filepath.Join(folder, name), body, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), bareFolder+"="+folder)
	cmd.Stderr = os.Stderr
	stop, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	said, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := errors.Join(stop.Close(), cmd.Wait()); err != nil {
			b.Error(err)
		}
	})
	var at bare
	if _, err := fmt.Fscanln(bufio.NewReader(said), &at.grpc, &at.http); err != nil {
		b.Fatalf("start a bare server: %v", err)
	}
	return at
}

// serveBare serves until until ends. It writes its two addresses.
func serveBare(folder string, until io.Reader, said io.Writer) error {
	capacity, err := os.ReadFile(filepath.Join(folder, capacityFile))
	if err != nil {
		return err
	}
	statement, err := os.ReadFile(filepath.Join(folder, statementFile))
	if err != nil {
		return err
	}
	made, err := telemetry.Setup(context.Background(), telemetry.Config{ServiceName: "bare"})
	if err != nil {
		return err
	}
	server, err := grpcserver.New(grpcserver.Config{
		Logger: made.Logger, Tracers: made.Tracers, Meters: made.Meters, Propagator: made.Propagator, Ceiling: audience.Commissioner,
	})
	if err != nil {
		return err
	}
	carehomesv1.RegisterCareHomesServiceServer(server, bareHomes{encoded: capacity})
	forGRPC, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	forHTTP, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	go func() { _ = server.Serve(forGRPC) }() // until the process ends
	go func() { _ = http.Serve(forHTTP, same(statement)) }()
	if _, err := fmt.Fprintln(said, forGRPC.Addr(), forHTTP.Addr()); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, until)
	return err
}

// bareHomes answers every question with the same bytes.
type bareHomes struct {
	carehomesv1.UnimplementedCareHomesServiceServer
	encoded []byte
}

// GetDistrictCapacity answers.
func (h bareHomes) GetDistrictCapacity(context.Context, *carehomesv1.GetDistrictCapacityRequest) (*carehomesv1.GetDistrictCapacityResponse, error) {
	return wire.Preencoded(&carehomesv1.GetDistrictCapacityResponse{}, h.encoded), nil
}

// same answers every request with the same bytes.
func same(body []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body) // a caller that has gone needs no answer
	})
}
