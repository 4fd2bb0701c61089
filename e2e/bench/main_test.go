package bench

import (
	"fmt"
	"os"
	"testing"
)

// bareFolder, where it is set, has the test program serve bare answers in place of tests.
const bareFolder = "CAREMARKET_BENCH_BARE"

func TestMain(m *testing.M) {
	if folder := os.Getenv(bareFolder); folder != "" {
		if err := serveBare(folder, os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		return
	}
	m.Run()
}

// BenchmarkRatios prints the whole table. It is meant for -benchtime=1x.
func BenchmarkRatios(b *testing.B) {
	var rows []row
	rows = append(rows, hot(b)...)
	rows = append(rows, started(b)...)
	rows = append(rows, batches(b)...)
	rows = append(rows, cold(b)...)
	rows = append(rows, models(b)...)
	for _, r := range rows {
		if r.unit != "" {
			b.ReportMetric(r.ratio, r.unit)
		}
	}
	if err := write(os.Stdout, rows); err != nil {
		b.Fatal(err)
	}
}
