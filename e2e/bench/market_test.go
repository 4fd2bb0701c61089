package bench

import (
	"iter"
	"testing"

	"buf.build/go/protovalidate"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/revision"
	"github.com/caremarket/caremarket/pkg/sqldb"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	"github.com/caremarket/caremarket/seeds"
	"github.com/caremarket/caremarket/seeds/illustrative"
	"github.com/caremarket/caremarket/services/carehomes"
)

type (
	home       = carehomesv1.CareHome
	homeReturn = carehomesv1.CareHomeReturn
	submission = book.Submission[*homeReturn]
)

func county(b *testing.B) illustrative.Plan {
	b.Helper()
	plan, err := illustrative.County(illustrative.Files(), seeds.Files())
	if err != nil {
		b.Fatal(err)
	}
	return plan
}

func england(b *testing.B) illustrative.Plan {
	b.Helper()
	plan, err := illustrative.England(illustrative.Files(), seeds.Files())
	if err != nil {
		b.Fatal(err)
	}
	return plan
}

func generated(b *testing.B, plan illustrative.Plan) *illustrative.Market {
	b.Helper()
	market, err := plan.Generate()
	if err != nil {
		b.Fatal(err)
	}
	return market
}

// newHomes is a care home service over an empty store, with nothing kept but there.
func newHomes(b *testing.B, url string) *carehomes.Server {
	b.Helper()
	db, err := sqldb.Open(b.Context(), sqldb.Options{Service: carehomes.Service, URL: url, Migrations: ledger.Migrations()})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	if err := db.Migrate(b.Context()); err != nil {
		b.Fatal(err)
	}
	atlas, err := seeds.Atlas(seeds.Files(), county(b).To)
	if err != nil {
		b.Fatal(err)
	}
	checker, err := protovalidate.New()
	if err != nil {
		b.Fatal(err)
	}
	return carehomes.New(carehomes.Config{
		Ledger: ledger.New(db), Atlas: atlas, Checker: checker,
		Tracker: revision.NewTracker(carehomes.Service, 0), Rules: carehomes.DefaultRules(),
	})
}

// fill loads homes and their returns as one write.
func fill(b *testing.B, server *carehomes.Server, sources []*commonv1.Source, homes []*home, returns iter.Seq[submission]) {
	b.Helper()
	const stride = 2000
	_, err := server.Book().Bulk(b.Context(), sources, func(k *book.Bulk[*home, *homeReturn]) error {
		for from := 0; from < len(homes); from += stride {
			if _, err := k.Put(b.Context(), homes[from:min(from+stride, len(homes))]); err != nil {
				return err
			}
		}
		var part []submission
		for one := range returns {
			if part = append(part, one); len(part) == stride {
				if _, err := k.Submit(b.Context(), part); err != nil {
					return err
				}
				part = part[:0]
			}
		}
		_, err := k.Submit(b.Context(), part)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
}

// returnsOf are the returns of a market, home by home, oldest first.
func returnsOf(market *illustrative.Market) iter.Seq[submission] {
	return func(yield func(submission) bool) {
		for r := range market.CareHomeReturns() {
			if !yield(submission{Return: r.GetCareHomeReturn(), RequestID: r.GetRequestId()}) {
				return
			}
		}
	}
}
