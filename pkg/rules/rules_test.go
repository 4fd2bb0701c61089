package rules_test

import (
	"testing"

	"buf.build/go/protovalidate"
	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/rules"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// A caller knows the values of an enum by their names, never by their numbers.
func TestFaultsNameEnumsInWords(t *testing.T) {
	checker, err := protovalidate.New()
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		message    proto.Message
		field, why string
	}{
		"one of some": {
			&marketpositionv1.DesiredShare{Setting: marketpositionv1.Setting_SETTING_SHELTERED, Share: 1},
			"setting", "must be one of SETTING_HOME_CARE, SETTING_EXTRA_CARE, SETTING_RESIDENTIAL, SETTING_NURSING",
		},
		"none of some": {
			&marketpositionv1.GivenEffect{},
			"what", "must not be WORKFORCE_EFFECT_UNSPECIFIED",
		},
		"another rule": {
			&marketpositionv1.DesiredShare{Setting: marketpositionv1.Setting_SETTING_NURSING, Share: 2},
			"share", "must be greater than or equal to 0 and less than or equal to 1",
		},
	} {
		violations := errs.Violations(rules.Check(checker, tt.message))
		if len(violations) == 0 || violations[0] != (errs.Violation{Field: tt.field, Description: tt.why}) {
			t.Errorf("%s: got %v, want %s: %s", name, violations, tt.field, tt.why)
		}
	}
}

func TestAMessageWithinItsRulesPasses(t *testing.T) {
	checker, err := protovalidate.New()
	if err != nil {
		t.Fatal(err)
	}
	if err := rules.Check(checker, &marketpositionv1.DesiredShare{Setting: marketpositionv1.Setting_SETTING_NURSING, Share: 1}); err != nil {
		t.Error(err)
	}
}
