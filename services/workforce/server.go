package workforce

import (
	"context"

	"buf.build/go/protovalidate"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/cache"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/revision"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
)

// Server answers for the workforce market. It is safe for concurrent use.
type Server struct {
	workforcev1.UnimplementedWorkforceServiceServer
	book    *Book
	desk    book.Desk[*workforcev1.Employer, *workforcev1.EmployerReturn]
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

// New returns the server of the workforce market.
func New(c Config) *Server {
	employers := book.New[*workforcev1.Employer, *workforcev1.EmployerReturn](market{rules: c.Rules}, c.Ledger,
		book.Options{Checker: c.Checker, Committed: c.Committed})
	return &Server{
		book:    employers,
		desk:    book.Desk[*workforcev1.Employer, *workforcev1.EmployerReturn]{Book: employers, Answers: book.NewAnswers(c.Tracker, c.Cache), Atlas: c.Atlas},
		tracker: c.Tracker,
	}
}

// Book returns the register and the returns, for importers.
func (s *Server) Book() *Book { return s.book }
