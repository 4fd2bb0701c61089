package carehomes

import (
	"context"

	"buf.build/go/protovalidate"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/cache"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/revision"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
)

// Server answers for the care home market. It is safe for concurrent use.
type Server struct {
	carehomesv1.UnimplementedCareHomesServiceServer
	book    *Book
	desk    book.Desk[*carehomesv1.CareHome, *carehomesv1.CareHomeReturn]
	tracker *revision.Tracker
}

// Config is what a Server is made of.
type Config struct {
	Ledger  *ledger.Ledger
	Atlas   *geo.Atlas
	Checker protovalidate.Validator
	Tracker *revision.Tracker
	// Committed is told of every commit; see book.Options.
	Committed func(ctx context.Context, revision int64, districts []string)
	// Cache keeps answers; nil for none.
	Cache *cache.Cache
	Rules Rules
}

// New returns the server of the care home market.
func New(c Config) *Server {
	homes := book.New[*carehomesv1.CareHome, *carehomesv1.CareHomeReturn](market{atlas: c.Atlas, rules: c.Rules}, c.Ledger,
		book.Options{Checker: c.Checker, Committed: c.Committed})
	return &Server{
		book:    homes,
		desk:    book.Desk[*carehomesv1.CareHome, *carehomesv1.CareHomeReturn]{Book: homes, Answers: book.NewAnswers(c.Tracker, c.Cache), Atlas: c.Atlas},
		tracker: c.Tracker,
	}
}

// Book returns the register and the returns, for importers.
func (s *Server) Book() *Book { return s.book }
