package illustrative_test

import (
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"hash"
	"iter"
	"os"
	"strings"
	"sync"
	"testing"

	"google.golang.org/protobuf/proto"

	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	"github.com/caremarket/caremarket/seeds"
	"github.com/caremarket/caremarket/seeds/illustrative"
)

var update = flag.Bool("update", false, "write what the plans make today into testdata")

const gloucestershire, leicestershire = "E10000013", "E10000018"

var countyPlan = sync.OnceValues(func() (illustrative.Plan, error) {
	return illustrative.County(illustrative.Files(), seeds.Files())
})

func county(t testing.TB) (illustrative.Plan, *illustrative.Market) {
	t.Helper()
	plan, err := countyPlan()
	if err != nil {
		t.Fatal(err)
	}
	return plan, generate(t, plan)
}

var englandPlan = sync.OnceValues(func() (illustrative.Plan, error) {
	return illustrative.England(illustrative.Files(), seeds.Files())
})

func england(t testing.TB) illustrative.Plan {
	t.Helper()
	plan, err := englandPlan()
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// someOfEngland is England's plan for every n-th district: a district's market does
// not depend on the others.
func someOfEngland(t testing.TB, nth int) illustrative.Plan {
	t.Helper()
	plan := england(t)
	var some []illustrative.District
	for i := 0; i < len(plan.Districts); i += nth {
		some = append(some, plan.Districts[i])
	}
	plan.Districts = some
	return plan
}

func generate(t testing.TB, plan illustrative.Plan) *illustrative.Market {
	t.Helper()
	market, err := plan.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return market
}

// digests are what a market comes to, list by list, to the last bit.
func digests(m *illustrative.Market) map[string]string {
	return map[string]string{
		"sources": digest(each(m.Sources)), "zones": digest(each(m.Zones)),
		"care homes": digest(each(m.CareHomes)), "branches": digest(each(m.Branches)),
		"schemes": digest(each(m.Schemes)), "employers": digest(each(m.Employers)),
		"care home returns": digest(m.CareHomeReturns()), "branch returns": digest(m.BranchReturns()),
		"scheme returns": digest(m.SchemeReturns()), "employer returns": digest(m.EmployerReturns()),
	}
}

func digest[M proto.Message](messages iter.Seq[M]) string {
	sum := sha256.New()
	for m := range messages {
		write(sum, m)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

func write(sum hash.Hash, m proto.Message) {
	encoded, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	if err != nil {
		encoded = []byte(err.Error())
	}
	_, _ = sum.Write(encoded) // A hash takes any bytes.
}

func each[M proto.Message](messages []M) iter.Seq[M] {
	return func(yield func(M) bool) {
		for _, m := range messages {
			if !yield(m) {
				return
			}
		}
	}
}

// The market of the county is the same on every machine and with every release. After
// a change of a plan or of the generator: go test ./seeds/illustrative -update.
func TestTheMarketIsAsRecorded(t *testing.T) {
	_, market := county(t)
	var text strings.Builder
	got := digests(market)
	for _, name := range []string{
		"sources", "zones", "care homes", "branches", "schemes", "employers",
		"care home returns", "branch returns", "scheme returns", "employer returns",
	} {
		text.WriteString(got[name] + "  " + name + "\n")
	}
	const file = "testdata/county.sha256"
	if *update {
		if err := os.WriteFile(file, []byte(text.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if text.String() != string(want) {
		t.Errorf("the market has changed. If it should: go test ./seeds/illustrative -update\ngot\n%swant\n%s", text.String(), want)
	}
}

// Each reader makes its own way through the returns, whatever the others do.
func TestReadersDoNotDisturbEachOther(t *testing.T) {
	plan := someOfEngland(t, 70)
	alone, again := digests(generate(t, plan)), generate(t, plan)
	var readers sync.WaitGroup
	got := make([]map[string]string, 4)
	for i := range got {
		readers.Go(func() { got[i] = digests(again) })
	}
	readers.Wait()
	for i, together := range got {
		for name, sum := range together {
			if sum != alone[name] {
				t.Errorf("reader %d: other %s than when read alone", i, name)
			}
		}
	}
}

func TestReadersMayStopEarly(t *testing.T) {
	_, market := county(t)
	var first string
	for range 2 {
		read := 0
		for req := range market.BranchReturns() {
			if read++; read == 3 {
				if first != "" && first != req.GetRequestId() {
					t.Error("the third return is another than the first time")
				}
				first = req.GetRequestId()
				break
			}
		}
	}
}

func TestAnotherSeedMakesAnotherMarket(t *testing.T) {
	plan := someOfEngland(t, 70)
	first := digests(generate(t, plan))
	plan.Seed++
	second := digests(generate(t, plan))
	for name := range first {
		same := first[name] == second[name]
		if planned := name == "sources" || name == "zones"; same != planned {
			t.Errorf("%s: the same as with another seed: %t", name, same)
		}
	}
}

func TestAnEmptyPlanIsRefused(t *testing.T) {
	if _, err := (illustrative.Plan{}).Generate(); err == nil {
		t.Error("an empty plan makes a market")
	}
}

// A district comes out alike whether England is made whole or in parts, and so the work
// can be divided between any number of workers.
func TestPartsMakeTheWhole(t *testing.T) {
	whole := map[string]*carehomesv1.SubmitCareHomeReturnRequest{}
	for req := range generate(t, someOfEngland(t, 40)).CareHomeReturns() {
		whole[req.GetRequestId()] = req
	}
	plan := someOfEngland(t, 40)
	read := 0
	for _, d := range plan.Districts {
		part := plan
		part.Districts = []illustrative.District{d}
		for req := range generate(t, part).CareHomeReturns() {
			read++
			if !proto.Equal(req, whole[req.GetRequestId()]) {
				t.Fatalf("%s returns something else on %s", req.GetParent(), req.GetCareHomeReturn().GetAsAt())
			}
		}
	}
	if read != len(whole) {
		t.Errorf("the parts have %d returns, the whole %d", read, len(whole))
	}
}
