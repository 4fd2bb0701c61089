package gateway

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/caremarket/caremarket/pkg/errs"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
	housingwithcarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/housingwithcare/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
)

// The services, as connections and trackers name them.
const (
	careHomes       = "carehomes"
	homeCare        = "homecare"
	housingWithCare = "housingwithcare"
	workforce       = "workforce"
	marketPosition  = "marketposition"
)

// service is one that has REST paths.
type service struct {
	name       string
	descriptor protoreflect.ServiceDescriptor
	// register adds its paths to mux, answered through conn.
	register func(ctx context.Context, mux *runtime.ServeMux, conn grpc.ClientConnInterface) error
}

func services() []service {
	return []service{
		{
			careHomes, only(carehomesv1.File_caremarket_carehomes_v1_care_homes_service_proto),
			registers(carehomesv1.RegisterCareHomesServiceHandlerClient, carehomesv1.NewCareHomesServiceClient),
		},
		{
			homeCare, only(homecarev1.File_caremarket_homecare_v1_home_care_service_proto),
			registers(homecarev1.RegisterHomeCareServiceHandlerClient, homecarev1.NewHomeCareServiceClient),
		},
		{
			housingWithCare, only(housingwithcarev1.File_caremarket_housingwithcare_v1_housing_with_care_service_proto),
			registers(housingwithcarev1.RegisterHousingWithCareServiceHandlerClient, housingwithcarev1.NewHousingWithCareServiceClient),
		},
		{
			workforce, only(workforcev1.File_caremarket_workforce_v1_workforce_service_proto),
			registers(workforcev1.RegisterWorkforceServiceHandlerClient, workforcev1.NewWorkforceServiceClient),
		},
		{
			marketPosition, only(marketpositionv1.File_caremarket_marketposition_v1_market_position_service_proto),
			registers(marketpositionv1.RegisterMarketPositionServiceHandlerClient, marketpositionv1.NewMarketPositionServiceClient),
		},
		{
			marketPosition, only(marketpositionv1.File_caremarket_marketposition_v1_need_service_proto),
			registers(marketpositionv1.RegisterNeedServiceHandlerClient, marketpositionv1.NewNeedServiceClient),
		},
		{
			marketPosition, only(marketpositionv1.File_caremarket_marketposition_v1_interaction_service_proto),
			registers(marketpositionv1.RegisterInteractionServiceHandlerClient, marketpositionv1.NewInteractionServiceClient),
		},
		{
			marketPosition, only(marketpositionv1.File_caremarket_marketposition_v1_intermediate_care_service_proto),
			registers(marketpositionv1.RegisterIntermediateCareServiceHandlerClient, marketpositionv1.NewIntermediateCareServiceClient),
		},
		{
			marketPosition, only(marketpositionv1.File_caremarket_marketposition_v1_reconciliation_service_proto),
			registers(marketpositionv1.RegisterReconciliationServiceHandlerClient, marketpositionv1.NewReconciliationServiceClient),
		},
		{
			marketPosition, only(marketpositionv1.File_caremarket_marketposition_v1_provider_failure_service_proto),
			registers(marketpositionv1.RegisterProviderFailureServiceHandlerClient, marketpositionv1.NewProviderFailureServiceClient),
		},
		{
			marketPosition, only(marketpositionv1.File_caremarket_marketposition_v1_placement_flows_service_proto),
			registers(marketpositionv1.RegisterPlacementFlowsServiceHandlerClient, marketpositionv1.NewPlacementFlowsServiceClient),
		},
		{
			marketPosition, only(marketpositionv1.File_caremarket_marketposition_v1_workforce_projection_service_proto),
			registers(marketpositionv1.RegisterWorkforceProjectionServiceHandlerClient, marketpositionv1.NewWorkforceProjectionServiceClient),
		},
		{
			marketPosition, only(marketpositionv1.File_caremarket_marketposition_v1_scenario_service_proto),
			registers(marketpositionv1.RegisterScenarioServiceHandlerClient, marketpositionv1.NewScenarioServiceClient),
		},
		{
			marketPosition, only(marketpositionv1.File_caremarket_marketposition_v1_care_home_options_service_proto),
			registers(marketpositionv1.RegisterCareHomeOptionsServiceHandlerClient, marketpositionv1.NewCareHomeOptionsServiceClient),
		},
	}
}

// only is the one service of a file.
func only(file protoreflect.FileDescriptor) protoreflect.ServiceDescriptor {
	return file.Services().Get(0)
}

func registers[Client any](
	register func(context.Context, *runtime.ServeMux, Client) error, client func(grpc.ClientConnInterface) Client,
) func(context.Context, *runtime.ServeMux, grpc.ClientConnInterface) error {
	return func(ctx context.Context, mux *runtime.ServeMux, conn grpc.ClientConnInterface) error {
		return register(ctx, mux, client(conn))
	}
}

// conns are the connections to the services by name.
type conns map[string]grpc.ClientConnInterface

func connect(c Config) conns {
	all := conns{}
	for _, s := range services() {
		conn, err := c.Conn(s.name)
		if err != nil {
			c.Logger.Warn("service cannot be reached from here", "service", s.name, "error", err.Error())
			conn = away{s.name, err}
		}
		all[s.name] = conn
	}
	return all
}

func (c conns) of(service string) grpc.ClientConnInterface { return c[service] }

// awayRetryAfter is the hint given for a service that has no address here: only a new
// configuration brings it back.
const awayRetryAfter = 30 * time.Second

// away is the connection to a service that cannot be reached: every call fails.
type away struct {
	service string
	cause   error
}

func (a away) err() error {
	return errs.Unavailable("SERVICE_AWAY", fmt.Sprintf("the service %s cannot be reached from here", a.service), awayRetryAfter).Because(a.cause)
}

// Invoke fails.
func (a away) Invoke(context.Context, string, any, any, ...grpc.CallOption) error { return a.err() }

// NewStream fails.
func (a away) NewStream(context.Context, *grpc.StreamDesc, string, ...grpc.CallOption) (grpc.ClientStream, error) {
	return nil, a.err()
}

// register adds the paths of every service to mux.
func register(ctx context.Context, mux *runtime.ServeMux, c conns) error {
	var faults []error
	for _, s := range services() {
		faults = append(faults, s.register(ctx, mux, c.of(s.name)))
	}
	return errors.Join(faults...)
}
