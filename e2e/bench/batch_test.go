package bench

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	_ "modernc.org/sqlite" // the driver that the suite uses

	"github.com/caremarket/caremarket/pkg/storetest"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

const (
	// batchSize is the most that a batch may hold, and batchCount how many there are.
	batchSize  = 10_000
	batchCount = 4
)

// batches compares returns that are checked, flagged and kept for good with the same rows
// put into the same table by nobody who asks questions.
func batches(b *testing.B) []row {
	b.Helper()
	market := generated(b, county(b))
	var requests []*carehomesv1.SubmitCareHomeReturnRequest
	for len(requests) < batchCount*batchSize {
		for one := range market.CareHomeReturns() {
			requests = append(requests, one)
		}
	}
	requests = requests[:batchCount*batchSize]
	const rows = batchCount * batchSize
	server := newHomes(b, storetest.SQLite(b))
	fill(b, server, market.Sources, market.CareHomes, func(func(submission) bool) {})
	var worked time.Duration // on the processors
	ours := func() time.Duration {
		var parts []*carehomesv1.BatchSubmitCareHomeReturnsRequest
		for from := 0; from < rows; from += batchSize {
			parts = append(parts, &carehomesv1.BatchSubmitCareHomeReturnsRequest{Requests: fresh(requests[from : from+batchSize])})
		}
		began, before := time.Now(), processorTime(b)
		defer func() { worked += processorTime(b) - before }()
		for _, part := range parts {
			res, err := server.BatchSubmitCareHomeReturns(b.Context(), part)
			if err != nil {
				b.Fatal(err)
			}
			for _, r := range res.GetResults() {
				if r.GetOutcome() != commonv1.RowOutcome_ROW_OUTCOME_CREATED {
					b.Fatalf("a return is not kept: %v", r)
				}
			}
		}
		return time.Since(began)
	}
	table := newBareTable(b)
	beside := func() time.Duration {
		parts := fresh(requests)
		payloads := make([][]byte, rows)
		for i, r := range parts {
			var err error
			if payloads[i], err = proto.Marshal(r.GetCareHomeReturn()); err != nil {
				b.Fatal(err)
			}
		}
		began := time.Now()
		for from := 0; from < rows; from += batchSize {
			if err := table.insert(b.Context(), parts[from:from+batchSize], payloads[from:from+batchSize]); err != nil {
				b.Fatal(err)
			}
		}
		return time.Since(began)
	}
	const rounds = 9
	a, c, ratio := inTurns(rounds, ours, beside)
	each := worked / rounds
	return []row{
		{what: "returns submitted in batches of 10,000 on SQLite, durably, a second", ours: perSecond(rows, a), ratio: rows / a.Seconds(), unit: "returns/s", target: 50_000},
		{what: "the same for each second that they kept a processor busy", ours: perSecond(rows, each), ratio: rows / each.Seconds(), unit: "returns/cpu-s"},
		{what: "the same beside bare inserts of the same rows", ours: perSecond(rows, a), beside: perSecond(rows, c), ratio: 1 / ratio, unit: "insert-ratio"},
	}
}

// processorTime is what this process has had of the processors: it is what batches cost
// where others keep the machine busy.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// fresh are the same returns under ids of requests that nobody has made yet: of the
// kind that rises with time, as RFC 9562 has it for keys of databases.
func fresh(requests []*carehomesv1.SubmitCareHomeReturnRequest) []*carehomesv1.SubmitCareHomeReturnRequest {
	again := make([]*carehomesv1.SubmitCareHomeReturnRequest, len(requests))
	for i, r := range requests {
		again[i] = &carehomesv1.SubmitCareHomeReturnRequest{
			Parent: r.GetParent(), CareHomeReturn: proto.CloneOf(r.GetCareHomeReturn()), RequestId: uuid.Must(uuid.NewV7()).String(),
		}
	}
	return again
}

// bareTable is the table of returns with its indexes, and nothing around it.
type bareTable struct {
	db   *sql.DB
	last int64
}

func newBareTable(b *testing.B) *bareTable {
	b.Helper()
	settings := url.Values{"_pragma": {"journal_mode(WAL)", "synchronous(FULL)"}, "_txlock": {"immediate"}}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "bare.db")+"?"+settings.Encode())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	db.SetMaxOpenConns(1)
	_, err = db.ExecContext(b.Context(), `
		CREATE TABLE place_return (id INTEGER PRIMARY KEY, place TEXT NOT NULL, as_at TEXT NOT NULL, flagged SMALLINT NOT NULL,
			request_id TEXT NOT NULL, commit_no BIGINT NOT NULL, payload BYTEA NOT NULL);
		CREATE INDEX place_return_standing ON place_return (place, as_at, id, flagged);
		CREATE UNIQUE INDEX place_return_by_request ON place_return (request_id) WHERE request_id <> ''`)
	if err != nil {
		b.Fatal(err)
	}
	return &bareTable{db: db}
}

// insert keeps rows as one transaction.
func (t *bareTable) insert(ctx context.Context, requests []*carehomesv1.SubmitCareHomeReturnRequest, payloads [][]byte) error {
	tx, err := t.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // nothing is left of it after a commit
	insert, err := tx.PrepareContext(ctx, "INSERT INTO place_return VALUES ($1, $2, $3, 0, $4, 1, $5)")
	if err != nil {
		return err
	}
	defer insert.Close()
	for i, r := range requests {
		t.last++
		if _, err := insert.ExecContext(ctx, t.last, r.GetParent(), r.GetCareHomeReturn().GetAsAt(), r.GetRequestId(), payloads[i]); err != nil {
			return fmt.Errorf("row %d: %w", i, err)
		}
	}
	return tx.Commit()
}
