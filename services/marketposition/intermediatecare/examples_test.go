package intermediatecare

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

func TestExamplesAreGivenAsTheyAre(t *testing.T) {
	want := &marketpositionv1.ListIntermediateCareExamplesResponse{
		Examples: []*marketpositionv1.IntermediateCareExample{{
			Name: "intermediateCare/examples/half-a-year", Path: "/v1/intermediateCare:simulate",
			Request: &marketpositionv1.IntermediateCareExample_Simulate{Simulate: halfYear()},
		}},
	}
	for name, examples := range map[string]*marketpositionv1.ListIntermediateCareExamplesResponse{"one": want, "none": nil} {
		got, err := serve(t, New(Config{Examples: examples})).ListIntermediateCareExamples(t.Context(), &marketpositionv1.ListIntermediateCareExamplesRequest{})
		if err != nil {
			t.Fatal(err)
		}
		if examples == nil {
			examples = &marketpositionv1.ListIntermediateCareExamplesResponse{}
		}
		if diff := cmp.Diff(examples, got, protocmp.Transform()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
