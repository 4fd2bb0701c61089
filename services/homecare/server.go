package homecare

import (
	"context"

	"buf.build/go/protovalidate"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/cache"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/revision"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// Service is the service's name: of its store, its health and its revisions.
const Service = "homecare"

// Book is the register of branches with their returns.
type Book = book.Book[*homecarev1.HomeCareBranch, *homecarev1.HomeCareReturn]

// marketDesk answers what is asked of districts.
type marketDesk = book.Desk[*homecarev1.HomeCareBranch, *homecarev1.HomeCareReturn]

// Server answers for the home care market. It is safe for concurrent use.
type Server struct {
	homecarev1.UnimplementedHomeCareServiceServer
	book    *Book
	desk    marketDesk
	tracker *revision.Tracker
	atlas   *geo.Atlas
	checker protovalidate.Validator
	rules   Rules
}

// Config is what a Server is made of.
type Config struct {
	// Ledger is that of a store with this service's Migrations.
	Ledger  *ledger.Ledger
	Atlas   *geo.Atlas
	Checker protovalidate.Validator
	Tracker *revision.Tracker
	// Committed is told of every commit; see book.Options.
	Committed func(ctx context.Context, revision int64, districts []string)
	// Cache keeps answers; nil for none.
	Cache *cache.Cache
	// Rules are what the market is read by, beside the zones that its store holds.
	Rules Rules
}

// New returns the server of the home care market.
func New(c Config) *Server {
	branches := book.New[*homecarev1.HomeCareBranch, *homecarev1.HomeCareReturn](market{atlas: c.Atlas, zones: &Zones{}, rules: c.Rules}, c.Ledger,
		book.Options{Checker: c.Checker, Committed: c.Committed})
	return &Server{
		book:    branches,
		desk:    marketDesk{Book: branches, Answers: book.NewAnswers(c.Tracker, c.Cache), Atlas: c.Atlas},
		tracker: c.Tracker,
		atlas:   c.Atlas, checker: c.Checker, rules: c.Rules,
	}
}

// Book returns the register and the returns, for importers.
func (s *Server) Book() *Book { return s.book }
