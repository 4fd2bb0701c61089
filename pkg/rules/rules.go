// Package rules checks a message against the rules that stand in its proto.
package rules

import (
	"errors"
	"strings"

	"buf.build/go/protovalidate"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

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

// describe is the rule's own message, or its id where it has none. Rules about an enum are
// told in the names of its values, since the rule has only their numbers.
func describe(v *protovalidate.Violation) string {
	switch v.Proto.GetRuleId() {
	case "enum.in":
		return "must be one of " + named(v)
	case "enum.not_in":
		return "must not be " + named(v)
	}
	if message := v.Proto.GetMessage(); message != "" {
		return message
	}
	return "breaks the rule " + v.Proto.GetRuleId()
}

// named lists the names of an enum's values that a rule lists by number.
func named(v *protovalidate.Violation) string {
	numbers := v.RuleValue.List()
	names := make([]string, numbers.Len())
	for i := range names {
		names[i] = string(v.FieldDescriptor.Enum().Values().ByNumber(protoreflect.EnumNumber(numbers.Get(i).Int())).Name())
	}
	return strings.Join(names, ", ")
}
