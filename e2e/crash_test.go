package e2e_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"

	"github.com/caremarket/caremarket/e2e/suite"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// A process is killed at random moments while it writes, over and over on the same store.
// Every return that it ever acknowledged is there afterwards.
func TestAcknowledgedReturnsOutliveKills(t *testing.T) {
	rounds := 100
	if testing.Short() {
		rounds = 10
	}
	p := suite.New(t, suite.CareHomes, "--services="+suite.CareHomes, "--data="+t.TempDir(), "--illustrative=none", "--log-level=warn")
	acknowledged := map[string][]string{}
	last, all := "", 0
	for round := range rounds {
		p.Start(t)
		client := carehomesv1.NewCareHomesServiceClient(p.Dial(t))
		if last != "" {
			missing(t, client, last, acknowledged[last])
		}
		last = crashHome(t, client, round)
		acknowledged[last] = writeUntilKilled(t, p, client, last)
		all += len(acknowledged[last])
	}
	p.Start(t)
	client := carehomesv1.NewCareHomesServiceClient(p.Dial(t))
	for home, names := range acknowledged {
		missing(t, client, home, names)
	}
	t.Logf("%d returns were acknowledged over %d kills", all, rounds)
}

// crashHome registers the home of a round.
func crashHome(t *testing.T, client carehomesv1.CareHomesServiceClient, round int) string {
	t.Helper()
	name := fmt.Sprintf("careHomes/1-%d", 1000+round)
	_, err := client.CreateCareHome(t.Context(), &carehomesv1.CreateCareHomeRequest{
		CareHome: &carehomesv1.CareHome{Name: name, Title: "A home", District: "districts/" + stroud, RegisteredBeds: 20, SourceId: "test"},
		Sources:  []*commonv1.Source{{Id: "test", Kind: commonv1.SourceKind_SOURCE_KIND_ILLUSTRATIVE, Title: "A test"}},
	}, grpc.WaitForReady(true))
	if err != nil {
		t.Fatal(err)
	}
	return name
}

// writeUntilKilled has callers submit returns, one at a time and in batches, kills the
// process a random moment after the first acknowledgement, and returns what was
// acknowledged.
func writeUntilKilled(t *testing.T, p *suite.Process, client carehomesv1.CareHomesServiceClient, home string) []string {
	t.Helper()
	var mu sync.Mutex
	var names []string
	first := make(chan struct{})
	acknowledge := func(more ...string) {
		mu.Lock()
		defer mu.Unlock()
		if len(names) == 0 {
			close(first)
		}
		names = append(names, more...)
	}
	request := func(n int) *carehomesv1.SubmitCareHomeReturnRequest {
		return &carehomesv1.SubmitCareHomeReturnRequest{
			Parent:         home,
			CareHomeReturn: &carehomesv1.CareHomeReturn{AsAt: today(), Beds: []*carehomesv1.BedReturn{bed(20, int32(n%20), 0, 0)}},
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var callers sync.WaitGroup
	for range 3 {
		callers.Go(func() {
			for n := 0; ; n++ {
				kept, err := client.SubmitCareHomeReturn(ctx, request(n))
				if err != nil {
					return // killed
				}
				acknowledge(kept.GetCareHomeReturn().GetName())
			}
		})
	}
	callers.Go(func() {
		for {
			batch := &carehomesv1.BatchSubmitCareHomeReturnsRequest{}
			for n := range 20 {
				batch.Requests = append(batch.Requests, request(n))
			}
			kept, err := client.BatchSubmitCareHomeReturns(ctx, batch)
			if err != nil {
				return // killed
			}
			for _, result := range kept.GetResults() {
				if result.GetOutcome() == commonv1.RowOutcome_ROW_OUTCOME_CREATED {
					acknowledge(result.GetName())
				}
			}
		}
	})
	select {
	case <-first:
	case <-ctx.Done():
		t.Errorf("nothing was acknowledged in %s", patience)
	}
	<-time.After(time.Duration(5+rand.IntN(146)) * time.Millisecond)
	p.Kill(t)
	callers.Wait()
	return names
}
