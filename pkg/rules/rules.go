// Package rules checks a message against the rules that stand in its proto.
package rules

import (
	"errors"

	"buf.build/go/protovalidate"
	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/errs"
)

// Check returns an errs.Invalid that names every broken rule by the path of its field, or
// nil. A rule that cannot be evaluated is an internal error.
func Check(validator protovalidate.Validator, m proto.Message) error {
	err := validator.Validate(m)
	if err == nil {
		return nil
	}
	broken, ok := errors.AsType[*protovalidate.ValidationError](err)
	if !ok {
		return errs.Internal("VALIDATION_RULE_BROKEN", err)
	}
	var faults errs.Collector
	for _, v := range broken.Violations {
		faults.Add(protovalidate.FieldPathString(v.Proto.GetField()), "%s", describe(v))
	}
	return faults.Err()
}

// describe is the rule's own message, or its id where it has none.
func describe(v *protovalidate.Violation) string {
	if message := v.Proto.GetMessage(); message != "" {
		return message
	}
	return "breaks the rule " + v.Proto.GetRuleId()
}
