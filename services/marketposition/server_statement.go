package marketposition

import (
	"context"
	"strings"
	"time"

	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/statement"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/revision"
	"github.com/caremarket/caremarket/pkg/wire"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// GetMarketPosition composes a district's statement.
func (s *Server) GetMarketPosition(ctx context.Context, req *marketpositionv1.GetMarketPositionRequest) (*marketpositionv1.GetMarketPositionResponse, error) {
	code, _, _ := strings.Cut(strings.TrimPrefix(req.GetName(), facts.DistrictPrefix), "/")
	area, err := s.district(code)
	if err != nil {
		return nil, err
	}
	encoded, err := s.statement(ctx, area, req,
		func(in statement.Inputs) proto.Message {
			return &marketpositionv1.GetMarketPositionResponse{MarketPosition: statement.Compose(in)}
		},
		func(note *commonv1.DataNote) proto.Message {
			return &marketpositionv1.GetMarketPositionResponse{MarketPosition: noted(note)}
		})
	if err != nil {
		return nil, err
	}
	return wire.Preencoded(&marketpositionv1.GetMarketPositionResponse{}, encoded), nil
}

// GetAuthorityMarketPosition composes an authority's statement.
func (s *Server) GetAuthorityMarketPosition(ctx context.Context, req *marketpositionv1.GetAuthorityMarketPositionRequest) (*marketpositionv1.GetAuthorityMarketPositionResponse, error) {
	code, _, _ := strings.Cut(strings.TrimPrefix(req.GetName(), facts.AuthorityPrefix), "/")
	area, err := s.authority(code)
	if err != nil {
		return nil, err
	}
	encoded, err := s.statement(ctx, area, req,
		func(in statement.Inputs) proto.Message {
			return &marketpositionv1.GetAuthorityMarketPositionResponse{MarketPosition: statement.ComposeAuthority(in)}
		},
		func(note *commonv1.DataNote) proto.Message {
			return &marketpositionv1.GetAuthorityMarketPositionResponse{
				MarketPosition: &marketpositionv1.AuthorityMarketPosition{Total: noted(note)},
			}
		})
	if err != nil {
		return nil, err
	}
	return wire.Preencoded(&marketpositionv1.GetAuthorityMarketPositionResponse{}, encoded), nil
}

func noted(note *commonv1.DataNote) *marketpositionv1.MarketPosition {
	return &marketpositionv1.MarketPosition{DataNotes: []*commonv1.DataNote{note}}
}

// request is for a statement of either kind.
type request interface {
	GetAsAt() string
	GetKnownAt() *timestamppb.Timestamp
	GetMinRevisions() []string
}

// statement gives the encoded statement of an area, kept or composed anew.
func (s *Server) statement(ctx context.Context, area statement.Area, req request,
	compose func(statement.Inputs) proto.Message, stale func(*commonv1.DataNote) proto.Message,
) ([]byte, error) {
	day, err := book.Day("as_at", req.GetAsAt(), s.today())
	if err != nil {
		return nil, err
	}
	knownAt, err := book.Moment(req.GetKnownAt())
	if err != nil {
		return nil, err
	}
	q := asking{
		method: "MarketPosition", subject: area.Name, districts: area.Codes(), asAt: day.String(),
		knownAt: knownAt, minRevisions: req.GetMinRevisions(),
	}
	if strings.HasPrefix(area.Name, facts.AuthorityPrefix) {
		q.anywhere = statement.CareHomesService // Its residents may be in any home of England.
	}
	return s.answers.get(ctx, q, func(ctx context.Context, least revision.Mark) (composed, error) {
		in, err := s.gather(ctx, area, q, least)
		if err != nil {
			return composed{}, err
		}
		return composed{message: compose(in), rests: in.Rests(), partial: s.markets.partial(in.Answers)}, nil
	}, func(since time.Time) proto.Message { return stale(staleNote(since)) })
}

// staleNote says that a statement may be out of date, and since when.
func staleNote(since time.Time) *commonv1.DataNote {
	return &commonv1.DataNote{
		Code: "STORE_AWAY",
		Text: "the store does not answer: this is what was known at " + since.UTC().Format(time.RFC3339) + ", and may be out of date",
	}
}

// gatherWithin is how long clocks are waited for.
const gatherWithin = time.Second

// gather reads all that a statement rests on as it was known at one moment: the one asked
// for, else now. Now is taken again while an answer does not reach what this process has
// heard of: the commit then bears the time of a clock that is a little ahead.
func (s *Server) gather(ctx context.Context, area statement.Area, q asking, least revision.Mark) (statement.Inputs, error) {
	until := time.Now().Add(gatherWithin)
	for {
		in, err := s.gatherOnce(ctx, area, q)
		if err != nil || q.knownAt != 0 || !s.answers.behind(in.Rests(), least) || time.Now().After(until) {
			return in, err
		}
		select {
		case <-time.After(clockPause):
		case <-ctx.Done():
			return in, nil
		}
	}
}

func (s *Server) gatherOnce(ctx context.Context, area statement.Area, q asking) (statement.Inputs, error) {
	in, err := s.gatherFacts(ctx, area, q)
	if err != nil {
		return in, err
	}
	in.Answers = s.markets.ask(ctx, question{
		area: area.Name, asAt: q.asAt, knownAt: in.KnownAt, fixed: q.knownAt != 0, audience: audience.From(ctx),
		placements: q.anywhere == statement.CareHomesService,
	})
	if err := ctx.Err(); err != nil {
		return in, errs.Unavailable("OUT_OF_TIME", "the statement could not be composed in time", time.Second).Because(err)
	}
	return in, nil
}

// gatherFacts reads what this service itself knows of an area, and asks no market.
func (s *Server) gatherFacts(ctx context.Context, area statement.Area, q asking) (statement.Inputs, error) {
	in := statement.Inputs{Area: area, AsAt: q.asAt, KnownAt: q.knownAt, Titles: s.titles}
	if in.KnownAt == 0 {
		in.KnownAt = s.now().UnixMicro()
	}
	err := s.ledger.Read(ctx, in.KnownAt, func(v *ledger.View) (err error) {
		in.Known, err = facts.Read(ctx, v, area.Codes()...)
		return err
	})
	if err != nil {
		return in, err
	}
	in.Sources, err = s.sources(ctx)
	return in, err
}
