package bench

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/caremarket/caremarket/e2e/suite"
)

// started measures how long a start on existing data takes to its first answer, and what
// memory the illustrative districts take once every statement has been asked for.
func started(b *testing.B) []row {
	b.Helper()
	p := suite.New(b, "caremarket", "--data="+b.TempDir(), "--log-level=info")
	p.Start(b)
	p.Stop(b)
	path := "http://" + p.HTTP + "/v1/districts/" + stroud + "/marketPosition"
	var all []time.Duration
	for range 9 {
		began := time.Now()
		p.Launch(b)
		for {
			if _, err := fetch(b.Context(), http.DefaultClient, path); err == nil {
				break
			}
			<-time.After(time.Millisecond)
		}
		all = append(all, time.Since(began))
		p.Await(b)
		p.Stop(b)
	}
	first := median(all)
	p.Start(b)
	for _, code := range countyDistricts(b) {
		get(b, "http://"+p.HTTP+"/v1/districts/"+code+"/marketPosition")
	}
	resident := metric(b, p, "process_resident_memory_bytes") / (1 << 20)
	return []row{
		{what: "start on existing data to the first statement, in seconds", ours: fmt.Sprintf("%.0f ms", first.Seconds()*1000), ratio: first.Seconds(), unit: "s-to-first", target: 1, most: true},
		{what: "resident memory after the statements of 15 districts, in MiB", ours: fmt.Sprintf("%.0f MiB", resident), ratio: resident, unit: "MiB-resident", target: 120, most: true},
	}
}

// countyDistricts are the districts of the illustrative market.
func countyDistricts(b *testing.B) []string {
	b.Helper()
	plan := county(b)
	var codes []string
	for _, d := range plan.Districts {
		codes = append(codes, string(d.Code))
	}
	return codes
}

// metric reads one number that a process tells of itself.
func metric(b *testing.B, p *suite.Process, name string) float64 {
	b.Helper()
	for line := range strings.Lines(string(get(b, "http://"+p.Admin+"/metrics"))) {
		if value, found := strings.CutPrefix(line, name+" "); found {
			number, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			if err != nil {
				b.Fatal(err)
			}
			return number
		}
	}
	b.Fatalf("%s has no metric %s", p.Name, name)
	return 0
}
