// Package illustrative_test files the illustrative county with the real services on a real
// store, and checks that they count what was published.
package illustrative_test

import (
	"context"
	"io/fs"
	"iter"
	"path"
	"slices"
	"testing"

	"buf.build/go/protovalidate"
	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/revision"
	"github.com/caremarket/caremarket/pkg/sqldb"
	"github.com/caremarket/caremarket/pkg/storetest"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
	housingv1 "github.com/caremarket/caremarket/proto/gen/caremarket/housingwithcare/v1"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
	"github.com/caremarket/caremarket/seeds"
	"github.com/caremarket/caremarket/seeds/illustrative"
	"github.com/caremarket/caremarket/services/carehomes"
	"github.com/caremarket/caremarket/services/homecare"
	"github.com/caremarket/caremarket/services/housingwithcare"
	"github.com/caremarket/caremarket/services/workforce"
)

// illustrativeMarket is the illustrative county with what the services need beside it.
func illustrativeMarket(t *testing.T) (*illustrative.Market, *geo.Atlas, protovalidate.Validator) {
	t.Helper()
	plan, err := illustrative.County(illustrative.Files(), seeds.Files())
	if err != nil {
		t.Fatal(err)
	}
	market, err := plan.Generate()
	if err != nil {
		t.Fatal(err)
	}
	atlas, err := seeds.Atlas(seeds.Files(), plan.To)
	if err != nil {
		t.Fatal(err)
	}
	checker, err := protovalidate.New()
	if err != nil {
		t.Fatal(err)
	}
	return market, atlas, checker
}

func newLedger(t *testing.T, service string, migrations fs.FS) *ledger.Ledger {
	t.Helper()
	db, err := sqldb.Open(t.Context(), sqldb.Options{Service: service, URL: storetest.SQLite(t), Migrations: migrations})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return ledger.New(db)
}

// file puts a register and its returns into a book and fails for every row refused. It
// returns how many returns were kept, and how many of them flagged.
func file[P, R proto.Message](t *testing.T, b *book.Book[P, R], sources []*commonv1.Source, places []P,
	returns iter.Seq[book.Submission[R]], flags func(R) int,
) (kept, flagged int) {
	t.Helper()
	ctx := t.Context()
	results, _, err := b.Upsert(ctx, places, book.Batch{Sources: sources})
	check(t, results, err)
	const batch = 5000
	for part := range chunked(returns, batch) {
		results, _, err := b.SubmitMany(ctx, part, book.Batch{Sources: sources})
		check(t, results, err)
		kept += len(results)
	}
	for _, p := range places {
		name := p.ProtoReflect().Get(p.ProtoReflect().Descriptor().Fields().ByName("name")).String()
		page, _, err := b.Returns(ctx, path.Base(name), 0, ledger.Cursor{}, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page {
			if flags(r) > 0 {
				flagged++
			}
		}
	}
	return kept, flagged
}

func check(t *testing.T, results []*commonv1.RowResult, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if r.GetOutcome() != commonv1.RowOutcome_ROW_OUTCOME_CREATED {
			t.Fatalf("row %d was not kept: %v", r.GetIndex(), r)
		}
	}
}

func chunked[E any](all iter.Seq[E], n int) iter.Seq[[]E] {
	return func(yield func([]E) bool) {
		var part []E
		for one := range all {
			if part = append(part, one); len(part) == n {
				if !yield(part) {
					return
				}
				part = nil
			}
		}
		if len(part) > 0 {
			yield(part)
		}
	}
}

func mapped[A, B any](all iter.Seq[A], to func(A) B) iter.Seq[B] {
	return func(yield func(B) bool) {
		for one := range all {
			if !yield(to(one)) {
				return
			}
		}
	}
}

// expectFlagged checks that the rules for mistakes find about the outliers that are
// there: five in a thousand, and no more.
func expectFlagged(t *testing.T, flagged, kept int) {
	t.Helper()
	if share := 1000 * flagged / kept; share < 2 || share > 8 {
		t.Errorf("%d of %d returns are flagged, want about five in a thousand", flagged, kept)
	}
}

func expect(t *testing.T, what string, f *commonv1.Figure, want float64) {
	t.Helper()
	if _, ok := f.GetState().(*commonv1.Figure_Value); !ok || f.GetValue() != want || !f.GetIllustrative() {
		t.Errorf("%s: %v, want an illustrative %v", what, f, want)
	}
}

// decoded reads an answer that a server hands out encoded.
func decoded[M proto.Message](t *testing.T, into, answer M) M {
	t.Helper()
	encoded, err := proto.Marshal(answer)
	if err == nil {
		err = proto.Unmarshal(encoded, into)
	}
	if err != nil {
		t.Fatal(err)
	}
	return into
}

func asSystem(t *testing.T) context.Context { return audience.With(t.Context(), audience.System) }

// The care home service counts what Gloucestershire and Leicestershire have published.
func TestIllustrativeCareHomesAddUpInTheService(t *testing.T) {
	market, atlas, checker := illustrativeMarket(t)
	server := carehomes.New(carehomes.Config{
		Ledger: newLedger(t, carehomes.Service, ledger.Migrations()), Atlas: atlas, Checker: checker,
		Tracker: revision.NewTracker(carehomes.Service, 0), Rules: carehomes.DefaultRules(),
	})
	kept, flagged := file(t, server.Book(), market.Sources, market.CareHomes,
		mapped(market.CareHomeReturns(), func(r *carehomesv1.SubmitCareHomeReturnRequest) book.Submission[*carehomesv1.CareHomeReturn] {
			return book.Submission[*carehomesv1.CareHomeReturn]{Return: r.GetCareHomeReturn(), RequestID: r.GetRequestId()}
		}),
		func(r *carehomesv1.CareHomeReturn) int { return len(r.GetFlags()) })
	expectFlagged(t, flagged, kept)

	capacity := func(authority, day string) *carehomesv1.CareHomeCapacity {
		answer, err := server.ListDistrictCapacities(asSystem(t), &carehomesv1.ListDistrictCapacitiesRequest{Parent: authority, AsAt: day})
		if err != nil {
			t.Fatal(err)
		}
		return decoded(t, &carehomesv1.ListDistrictCapacitiesResponse{}, answer).GetTotal()
	}
	january := capacity("authorities/E10000013", "2024-01-31")
	expect(t, "beds for older people", january.GetOlderPeople().GetMaximum(), 5005)
	expect(t, "their residents", january.GetOlderPeople().GetUsed(), 3929)
	expect(t, "vacancies", january.GetOlderPeople().GetVacant(), 1076)
	expect(t, "admittable", january.GetOlderPeople().GetAdmittable(), 750)
	expect(t, "working-age beds", january.GetWorkingAge().GetMaximum(), 879)
	june := capacity("authorities/E10000018", "2024-06-30")
	expect(t, "homes in Leicestershire", june.GetHomes(), 101+27+31)
	expect(t, "their registered beds", june.GetRegisteredBeds(), 3436+1421+291)
}

// The home care service counts the spare hours that Gloucestershire has published, and
// how few report most of them.
func TestIllustrativeHomeCareAddsUpInTheService(t *testing.T) {
	market, atlas, checker := illustrativeMarket(t)
	server := homecare.New(homecare.Config{
		Ledger: newLedger(t, homecare.Service, homecare.Migrations()), Atlas: atlas, Checker: checker,
		Tracker: revision.NewTracker(homecare.Service, 0), Rules: homecare.DefaultRules(),
	})
	if _, err := server.LoadZones(asSystem(t), market.Zones, market.Sources); err != nil {
		t.Fatal(err)
	}
	kept, flagged := file(t, server.Book(), market.Sources, market.Branches,
		mapped(market.BranchReturns(), func(r *homecarev1.SubmitHomeCareReturnRequest) book.Submission[*homecarev1.HomeCareReturn] {
			return book.Submission[*homecarev1.HomeCareReturn]{Return: r.GetHomeCareReturn(), RequestID: r.GetRequestId()}
		}),
		func(r *homecarev1.HomeCareReturn) int { return len(r.GetFlags()) })
	expectFlagged(t, flagged, kept)

	answer, err := server.ListDistrictCapacities(asSystem(t), &homecarev1.ListDistrictCapacitiesRequest{
		Parent: "authorities/E10000013", AsAt: "2024-01-31",
	})
	if err != nil {
		t.Fatal(err)
	}
	total := decoded(t, &homecarev1.ListDistrictCapacitiesResponse{}, answer).GetTotal()
	expect(t, "spare hours", total.GetHours().GetSpare(), 15_000)
	expect(t, "share of the four groups that report most", total.GetSpareConcentration().GetFourLargest(), 100.0*8000/15_000)
	concentrated := func(n *commonv1.DataNote) bool { return n.GetCode() == "SPARE_HOURS_CONCENTRATED" }
	if !slices.ContainsFunc(total.GetDataNotes(), concentrated) {
		t.Errorf("no note says that the spare hours are concentrated: %v", total.GetDataNotes())
	}
	if office, ok := total.GetHeadOfficeOnly().GetBranches().GetState().(*commonv1.Figure_Value); !ok || office.Value < 5 {
		t.Errorf("branches that return for their office only: %v", total.GetHeadOfficeOnly().GetBranches())
	}
}

// The housing service keeps every scheme and return.
func TestIllustrativeHousingIsKeptByTheService(t *testing.T) {
	market, atlas, checker := illustrativeMarket(t)
	server := housingwithcare.New(housingwithcare.Config{
		Ledger: newLedger(t, housingwithcare.Service, ledger.Migrations()), Atlas: atlas, Checker: checker,
		Tracker: revision.NewTracker(housingwithcare.Service, 0), Rules: housingwithcare.DefaultRules(),
	})
	kept, flagged := file(t, server.Book(), market.Sources, market.Schemes,
		mapped(market.SchemeReturns(), func(r *housingv1.SubmitSchemeReturnRequest) book.Submission[*housingv1.SchemeReturn] {
			return book.Submission[*housingv1.SchemeReturn]{Return: r.GetSchemeReturn(), RequestID: r.GetRequestId()}
		}),
		func(r *housingv1.SchemeReturn) int { return len(r.GetFlags()) })
	expectFlagged(t, flagged, kept)
}

// The workforce service keeps every employer and return.
func TestIllustrativeWorkforceIsKeptByTheService(t *testing.T) {
	market, atlas, checker := illustrativeMarket(t)
	server := workforce.New(workforce.Config{
		Ledger: newLedger(t, workforce.Service, ledger.Migrations()), Atlas: atlas, Checker: checker,
		Tracker: revision.NewTracker(workforce.Service, 0), Rules: workforce.DefaultRules(),
	})
	kept, flagged := file(t, server.Book(), market.Sources, market.Employers,
		mapped(market.EmployerReturns(), func(r *workforcev1.SubmitEmployerReturnRequest) book.Submission[*workforcev1.EmployerReturn] {
			return book.Submission[*workforcev1.EmployerReturn]{Return: r.GetEmployerReturn(), RequestID: r.GetRequestId()}
		}),
		func(r *workforcev1.EmployerReturn) int { return len(r.GetFlags()) })
	expectFlagged(t, flagged, kept)
}
