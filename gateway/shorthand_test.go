package gateway_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// intermediateCare plays a service and keeps what it is asked.
type intermediateCare struct {
	marketpositionv1.UnimplementedIntermediateCareServiceServer
	asked proto.Message
}

func (i *intermediateCare) SizeIntermediateCare(_ context.Context, r *marketpositionv1.SizeIntermediateCareRequest) (*marketpositionv1.SizeIntermediateCareResponse, error) {
	i.asked = r
	return &marketpositionv1.SizeIntermediateCareResponse{}, nil
}

func (i *intermediateCare) SimulateIntermediateCare(_ context.Context, r *marketpositionv1.SimulateIntermediateCareRequest) (*marketpositionv1.SimulateIntermediateCareResponse, error) {
	i.asked = r
	return &marketpositionv1.SimulateIntermediateCareResponse{}, nil
}

func (i *intermediateCare) SimulateIntermediateCarePathway(_ context.Context, r *marketpositionv1.SimulateIntermediateCarePathwayRequest) (*marketpositionv1.SimulateIntermediateCarePathwayResponse, error) {
	i.asked = r
	return &marketpositionv1.SimulateIntermediateCarePathwayResponse{}, nil
}

// What may be written shorter is read as its long form, and the long form as it stands.
func TestBodiesMayBeShort(t *testing.T) {
	s := newStack(t)
	for name, tt := range map[string]struct {
		path, short, long string
		into              proto.Message
	}{
		"a number for a range": {
			"size", `{"arrivalsPerDay":10,"meanStayDays":1,"places":20}`,
			`{"arrivalsPerDay":{"central":10},"meanStayDays":{"central":1},"places":{"central":20}}`,
			&marketpositionv1.SizeIntermediateCareRequest{},
		},
		"some of them": {
			"size", `{"arrivals_per_day":{"low":8,"central":1e1,"high":12},"mean_stay_days":1.5,"places":null}`,
			`{"arrivalsPerDay":{"low":8,"central":10,"high":12},"meanStayDays":{"central":1.5}}`,
			&marketpositionv1.SizeIntermediateCareRequest{},
		},
		"a number for a list, and the enum's short names": {
			"simulate", `{"days":3,"arrivalsPerDay":2,"stay":{"shape":"log-normal","meanDays":2},"remaining":"Equilibrium","seed":1}`,
			`{"days":3,"arrivalsPerDay":[2],"stay":{"shape":"STAY_SHAPE_LOG_NORMAL","meanDays":2},"remaining":"REMAINING_STAY_EQUILIBRIUM","seed":"1"}`,
			&marketpositionv1.SimulateIntermediateCareRequest{},
		},
		"within a list": {
			"simulatePathway", `{"stages":[{"name":"a","arrivalsPerDay":2},{"name":"b","arrivalsPerDay":[1,2]}]}`,
			`{"stages":[{"name":"a","arrivalsPerDay":[2]},{"name":"b","arrivalsPerDay":[1,2]}]}`,
			&marketpositionv1.SimulateIntermediateCarePathwayRequest{},
		},
	} {
		if err := protojson.Unmarshal([]byte(tt.long), tt.into); err != nil {
			t.Fatal(err)
		}
		for _, body := range []string{tt.short, tt.long} {
			got := s.ask(t, "POST", "/v1/intermediateCare:"+tt.path, body)
			if got.StatusCode != 200 {
				t.Errorf("%s: %d: %s", name, got.StatusCode, got.body)
				continue
			}
			if diff := cmp.Diff(tt.into, s.intermediate.asked, protocmp.Transform()); diff != "" {
				t.Errorf("%s: %s was read as (-want +got):\n%s", name, body, diff)
			}
		}
	}
}

func TestShortBodiesNameTheirFaults(t *testing.T) {
	s := newStack(t)
	for body, want := range map[string][]violation{
		`{"arrivalsPerDay":"10","meanStayDays":true,"places":[20]}`: {
			{"arrivals_per_day", "is not a number or an object of central, low, high"},
			{"mean_stay_days", "is not a number or an object of central, low, high"},
			{"places", "is not a number or an object of central, low, high"},
		},
		`{"arrivalsPerDay":{"centre":10},"places":{"low":"few"}}`: {
			{"arrivals_per_day.centre", "is not a field here: there are central, low, high"},
			{"places.low", "is not a number"},
		},
	} {
		if diff := cmp.Diff(want, s.ask(t, "POST", "/v1/intermediateCare:size", body).refusal(t).violations()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", body, diff)
		}
	}
	got := s.ask(t, "POST", "/v1/intermediateCare:simulate", `{"arrivalsPerDay":{"low":1},"stay":7}`).refusal(t).violations()
	want := []violation{{"arrivals_per_day[0]", "is not a number"}, {"stay", "is not an object"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// The API's document says what may be written shorter.
func TestDocumentTellsOfShorthands(t *testing.T) {
	var d struct {
		Components struct {
			Schemas map[string]struct {
				OneOf      []struct{ Type string }
				Properties map[string]struct{ OneOf []struct{ Type string } }
			}
		}
	}
	if err := json.Unmarshal([]byte(newStack(t).get(t, "/openapi.json").body), &d); err != nil {
		t.Fatal(err)
	}
	const here = "caremarket.marketposition.v1."
	if either := d.Components.Schemas[here+"Estimate"].OneOf; len(either) != 2 || either[0].Type != "number" || either[1].Type != "object" {
		t.Errorf("an estimate is one of %v", either)
	}
	for _, name := range []string{"SimulateIntermediateCareRequest", "CareStage"} {
		either := d.Components.Schemas[here+name].Properties["arrivalsPerDay"].OneOf
		if len(either) != 2 || either[0].Type != "number" || either[1].Type != "array" {
			t.Errorf("the arrivals of %s are one of %v", name, either)
		}
	}
}
