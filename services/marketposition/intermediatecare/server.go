package intermediatecare

import (
	"context"

	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/model/pathway"
	"github.com/caremarket/caremarket/services/marketposition/model/queueing"
	"github.com/caremarket/caremarket/services/marketposition/model/simulate"
)

// Server answers caremarket.marketposition.v1.IntermediateCareService.
type Server struct {
	marketpositionv1.UnimplementedIntermediateCareServiceServer
	examples *marketpositionv1.ListIntermediateCareExamplesResponse
	lanes    *lanes
}

// Config is what a Server is made of. Every zero value stands for the default beside it.
type Config struct {
	// Examples are the requests that are ready to send, with their sources. Default: none.
	Examples *marketpositionv1.ListIntermediateCareExamplesResponse
	// Workers is how many processors all simulations together may keep busy. Default: all
	// but one, so that other calls are never starved.
	Workers int
	// MaxWaiting is how many simulations may wait for a worker. Default: 32.
	MaxWaiting int
}

// New returns a server.
func New(config Config) *Server {
	s := &Server{examples: config.Examples, lanes: newLanes(config.Workers, config.MaxWaiting)}
	if s.examples == nil {
		s.examples = &marketpositionv1.ListIntermediateCareExamplesResponse{}
	}
	return s
}

// SizeIntermediateCare answers in closed form, in a few milliseconds at most.
func (s *Server) SizeIntermediateCare(
	ctx context.Context, req *marketpositionv1.SizeIntermediateCareRequest,
) (*marketpositionv1.SizeIntermediateCareResponse, error) {
	in, err := sizeInput(req)
	if err != nil {
		return nil, err
	}
	out, err := queueing.Run(ctx, in)
	if err != nil {
		return nil, err
	}
	return sizeAnswer(req, in, out), nil
}

// SimulateIntermediateCare waits for a worker if it must, until the caller's deadline.
func (s *Server) SimulateIntermediateCare(
	ctx context.Context, req *marketpositionv1.SimulateIntermediateCareRequest,
) (*marketpositionv1.SimulateIntermediateCareResponse, error) {
	in, step, err := simulateInput(req)
	if err != nil {
		return nil, err
	}
	out, err := inLanes(ctx, s.lanes, func(workers int) (simulate.Output, error) {
		in.Workers = workers
		return simulate.Run(ctx, in)
	})
	if err != nil {
		return nil, err
	}
	return simulateAnswer(in, out, step)
}

// SimulateIntermediateCarePathway waits for a worker if it must, until the caller's
// deadline.
func (s *Server) SimulateIntermediateCarePathway(
	ctx context.Context, req *marketpositionv1.SimulateIntermediateCarePathwayRequest,
) (*marketpositionv1.SimulateIntermediateCarePathwayResponse, error) {
	in, step, err := pathwayInput(req)
	if err != nil {
		return nil, err
	}
	out, err := inLanes(ctx, s.lanes, func(workers int) (pathway.Output, error) {
		in.Workers = workers
		return pathway.Run(ctx, in)
	})
	if err != nil {
		return nil, err
	}
	return pathwayAnswer(in, out, step)
}

// ListIntermediateCareExamples gives all of them.
func (s *Server) ListIntermediateCareExamples(
	context.Context, *marketpositionv1.ListIntermediateCareExamplesRequest,
) (*marketpositionv1.ListIntermediateCareExamplesResponse, error) {
	return s.examples, nil
}
