package revision_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/caremarket/caremarket/pkg/revision"
)

func TestReportTellsWhereTrackersStand(t *testing.T) {
	homes, hours := confirmed("carehomes"), revision.NewTracker("homecare", 0)
	homes.CatchUp(0, 7, nil)
	hours.Restart(3, nil)
	reader := metric.NewManualReader()
	if err := revision.Report(metric.NewMeterProvider(metric.WithReader(reader)), homes, hours); err != nil {
		t.Fatal(err)
	}
	var all metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	got := make(map[string]int64)
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			gauge, ok := m.Data.(metricdata.Gauge[int64])
			if !ok {
				t.Fatalf("%s is a %T", m.Name, m.Data)
			}
			for _, point := range gauge.DataPoints {
				service, _ := point.Attributes.Value("service")
				got[service.AsString()+" "+m.Name] = point.Value
			}
		}
	}
	want := map[string]int64{
		"carehomes caremarket.revision.commit": 7, "carehomes caremarket.revision.current": 1, "carehomes caremarket.revision.epoch": 0,
		"homecare caremarket.revision.commit": 3, "homecare caremarket.revision.current": 0, "homecare caremarket.revision.epoch": 1,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
