package grpcserver

import (
	"errors"
	"fmt"

	"buf.build/go/protovalidate"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/caremarket/caremarket/pkg/rules"
)

// validate checks a request against the rules in its proto and names every fault at once.
func (s *Server) validate(req any) error {
	msg, ok := req.(proto.Message)
	if !ok {
		return nil
	}
	return rules.Check(s.config.Validator, msg)
}

// checkRules compiles the rules of every registered request, so that a rule that cannot be evaluated
// stops the start and the first call is as fast as the next; and it learns which methods there are.
func (s *Server) checkRules() error {
	var faults []error
	methods := map[string]bool{}
	for service, info := range s.grpc.GetServiceInfo() {
		if !own("/" + service) {
			continue
		}
		for _, method := range info.Methods {
			methods["/"+service+"/"+method.Name] = true
			faults = append(faults, s.checkRulesOf(service, method.Name))
		}
	}
	s.methods.Store(&methods)
	return errors.Join(faults...)
}

func (s *Server) checkRulesOf(service, method string) error {
	descriptor, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(service + "." + method))
	if err != nil {
		return nil //nolint:nilerr // a service that no proto describes has no rules to compile
	}
	described, ok := descriptor.(protoreflect.MethodDescriptor)
	if !ok {
		return nil
	}
	err = s.config.Validator.Validate(dynamicpb.NewMessage(described.Input()))
	if _, breaksRules := errors.AsType[*protovalidate.ValidationError](err); err == nil || breaksRules {
		return nil // an empty request may well break rules: what counts is that they could be evaluated
	}
	return fmt.Errorf("validation rules of %s.%s: %w", service, method, err)
}
