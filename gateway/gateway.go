// Package gateway serves the suite as REST: every RPC that its proto binds to a path, with
// the same answers and the same errors.
package gateway

import (
	"context"
	"fmt"
	"net/http"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/protojson"

	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
)

// Config is what a gateway is made of.
type Config struct {
	// Conn gives the connection to a service by its name.
	Conn func(service string) (grpc.ClientConnInterface, error)
}

// New returns the gateway's handler.
func New(ctx context.Context, c Config) (http.Handler, error) {
	mux := runtime.NewServeMux(runtime.WithMarshalerOption(runtime.MIMEWildcard, &runtime.JSONPb{
		MarshalOptions:   protojson.MarshalOptions{EmitDefaultValues: true},
		UnmarshalOptions: protojson.UnmarshalOptions{},
	}))
	conn, err := c.Conn("carehomes")
	if err != nil {
		return nil, fmt.Errorf("gateway: %w", err)
	}
	if err := carehomesv1.RegisterCareHomesServiceHandlerClient(ctx, mux, carehomesv1.NewCareHomesServiceClient(conn)); err != nil {
		return nil, fmt.Errorf("gateway: %w", err)
	}
	return mux, nil
}
