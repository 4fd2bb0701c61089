package grpcserver

import (
	"context"
	"errors"
	"strings"
	"testing"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"buf.build/go/protovalidate"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/caremarket/caremarket/pkg/errs"
)

// returnFile describes, as protoc would, a service that takes a message with rules:
//
//	message Bed { int32 used = 1 [(buf.validate.field).int32.gte = 0]; }
//	message Return {
//	  string district = 1 [(buf.validate.field).string.pattern = "^E[0-9]{8}$"];
//	  repeated Bed beds = 2 [(buf.validate.field).repeated.min_items = 1];
//	}
//	service Returns { rpc Submit(Return) returns (Return); }
//
// A rule added to Return stands for one that cannot be evaluated.
func returnFile(t *testing.T, name string, rule *validate.Rule) protoreflect.FileDescriptor {
	t.Helper()
	options := &descriptorpb.MessageOptions{}
	if rule != nil {
		proto.SetExtension(options, validate.E_Message, &validate.MessageRules{Cel: []*validate.Rule{rule}})
	}
	file := &descriptorpb.FileDescriptorProto{
		Name: new(name + ".proto"), Package: new(name), Syntax: new("proto3"),
		MessageType: []*descriptorpb.DescriptorProto{
			{Name: new("Bed"), Field: []*descriptorpb.FieldDescriptorProto{
				field("used", 1, descriptorpb.FieldDescriptorProto_TYPE_INT32, &validate.FieldRules{
					Type: &validate.FieldRules_Int32{Int32: &validate.Int32Rules{
						GreaterThan: &validate.Int32Rules_Gte{Gte: 0},
					}},
				}),
			}},
			{Name: new("Return"), Options: options, Field: []*descriptorpb.FieldDescriptorProto{
				field("district", 1, descriptorpb.FieldDescriptorProto_TYPE_STRING, &validate.FieldRules{
					Type: &validate.FieldRules_String_{String_: &validate.StringRules{Pattern: new("^E[0-9]{8}$")}},
				}),
				beds(name),
			}},
		},
		Service: []*descriptorpb.ServiceDescriptorProto{{
			Name: new("Returns"),
			Method: []*descriptorpb.MethodDescriptorProto{{
				Name:      new("Submit"),
				InputType: new("." + name + ".Return"), OutputType: new("." + name + ".Return"),
			}},
		}},
	}
	made, err := protodesc.NewFile(file, protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func field(
	name string, number int32, kind descriptorpb.FieldDescriptorProto_Type, rules *validate.FieldRules,
) *descriptorpb.FieldDescriptorProto {
	options := &descriptorpb.FieldOptions{}
	proto.SetExtension(options, validate.E_Field, rules)
	return &descriptorpb.FieldDescriptorProto{
		Name: new(name), Number: new(number), Options: options, Type: kind.Enum(),
		Label: descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum(),
	}
}

func beds(name string) *descriptorpb.FieldDescriptorProto {
	made := field("beds", 2, descriptorpb.FieldDescriptorProto_TYPE_MESSAGE, &validate.FieldRules{
		Type: &validate.FieldRules_Repeated{Repeated: &validate.RepeatedRules{MinItems: proto.Uint64(1)}},
	})
	made.TypeName = new("." + name + ".Bed")
	made.Label = descriptorpb.FieldDescriptorProto_LABEL_REPEATED.Enum()
	return made
}

// newReturn makes a message of the file with a district and a bed for each number used.
func newReturn(file protoreflect.FileDescriptor, district string, used ...int32) *dynamicpb.Message {
	message := file.Messages().ByName("Return")
	made := dynamicpb.NewMessage(message)
	made.Set(message.Fields().ByName("district"), protoreflect.ValueOfString(district))
	list := made.Mutable(message.Fields().ByName("beds")).List()
	for _, n := range used {
		bed := list.NewElement()
		bed.Message().Set(file.Messages().ByName("Bed").Fields().ByName("used"), protoreflect.ValueOfInt32(n))
		list.Append(bed)
	}
	return made
}

// returnsService is what protoc-gen-go-grpc would make of the service, unary and as a stream.
func returnsService(file protoreflect.FileDescriptor) *grpc.ServiceDesc {
	name := string(file.Services().Get(0).FullName())
	return &grpc.ServiceDesc{
		ServiceName: name, HandlerType: (*any)(nil),
		Methods: []grpc.MethodDesc{{
			MethodName: "Submit",
			Handler: func(_ any, ctx context.Context, decode func(any) error, intercept grpc.UnaryServerInterceptor) (any, error) {
				req := dynamicpb.NewMessage(file.Messages().ByName("Return"))
				if err := decode(req); err != nil {
					return nil, err
				}
				return intercept(ctx, req, &grpc.UnaryServerInfo{FullMethod: "/" + name + "/Submit"},
					func(_ context.Context, req any) (any, error) { return req, nil })
			},
		}},
		Streams: []grpc.StreamDesc{{
			StreamName: "SubmitMany", ClientStreams: true, ServerStreams: true,
			Handler: func(_ any, stream grpc.ServerStream) error {
				return stream.RecvMsg(dynamicpb.NewMessage(file.Messages().ByName("Return")))
			},
		}},
	}
}

var faultyReturn = []*errdetails.BadRequest_FieldViolation{
	{Field: "district", Description: "does not match regex pattern `^E[0-9]{8}$`"},
	{Field: "beds[1].used", Description: "must be greater than or equal to 0"},
	{Field: "beds[2].used", Description: "must be greater than or equal to 0"},
}

func TestValidationNamesEveryFaultAtOnce(t *testing.T) {
	file := returnFile(t, "validatetest", nil)
	r := serve(t, Config{}, func(s *Server) { s.RegisterService(returnsService(file), nil) })
	submit := func(req proto.Message) error {
		return r.conn.Invoke(t.Context(), "/validatetest.Returns/Submit", req, dynamicpb.NewMessage(file.Messages().ByName("Return")))
	}
	if err := submit(newReturn(file, "E07000082", 3)); err != nil {
		t.Errorf("a sound return has %v", err)
	}
	wantFaults(t, submit(newReturn(file, "Stroud", 0, -1, -2)))

	stream, err := r.conn.NewStream(t.Context(), &grpc.StreamDesc{ClientStreams: true, ServerStreams: true}, "/validatetest.Returns/SubmitMany")
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.SendMsg(newReturn(file, "Stroud", 0, -1, -2)); err != nil {
		t.Fatal(err)
	}
	wantFaults(t, stream.RecvMsg(dynamicpb.NewMessage(file.Messages().ByName("Return"))))
}

func wantFaults(t *testing.T, err error) {
	t.Helper()
	if status.Code(err) != codes.InvalidArgument || errs.Reason(err) != errs.ReasonInvalid {
		t.Fatalf("the call has %v", err)
	}
	for _, detail := range status.Convert(err).Details() {
		faults, ok := detail.(*errdetails.BadRequest)
		if !ok {
			continue
		}
		var got, want []string
		for _, v := range faults.GetFieldViolations() {
			got = append(got, v.GetField()+": "+v.GetDescription())
		}
		for _, v := range faultyReturn {
			want = append(want, v.GetField()+": "+v.GetDescription())
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("faults differ (-want +got):\n%s", diff)
		}
		return
	}
	t.Error("no field is named")
}

// A rule that cannot be evaluated stops the start, not the first call.
func TestRulesThatCannotBeEvaluatedStopTheStart(t *testing.T) {
	const name = "brokenrules"
	file := returnFile(t, name, &validate.Rule{Id: new("odd"), Expression: new("this.nowhere > 1")})
	if _, err := protoregistry.GlobalFiles.FindFileByPath(name + ".proto"); err != nil { // not yet, by an earlier run
		if err := protoregistry.GlobalFiles.RegisterFile(file); err != nil {
			t.Fatal(err)
		}
	}
	server, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	server.RegisterService(returnsService(file), nil)
	if err := server.Serve(brokenListener{}); err == nil || !strings.Contains(err.Error(), "brokenrules.Returns.Submit") {
		t.Errorf("Serve: %v", err)
	}
}

func TestARuleBrokenAtRunTimeIsOurFault(t *testing.T) {
	file := returnFile(t, "brokenlater", &validate.Rule{Id: new("odd"), Expression: new("1 / size(this.beds) > 0")})
	server, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	if err := server.validate(newReturn(file, "E07000082")); errs.Code(err) != codes.Internal || errs.Reason(err) != "VALIDATION_RULE_BROKEN" {
		t.Errorf("validate: %v", err)
	}
}

func TestWhatIsNoMessageHasNoRules(t *testing.T) {
	server, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	if err := server.validate("text"); err != nil {
		t.Errorf("validate: %v", err)
	}
}

// refuser is a validator that can evaluate nothing.
type refuser struct{}

func (refuser) Validate(proto.Message, ...protovalidate.ValidationOption) error {
	return errors.New("no rules here")
}

func TestTheValidatorGivenIsUsed(t *testing.T) {
	server, err := New(Config{Validator: refuser{}})
	if err != nil {
		t.Fatal(err)
	}
	if err := server.validate(&grpc_testing.SimpleRequest{}); errs.Reason(err) != "VALIDATION_RULE_BROKEN" {
		t.Errorf("validate: %v", err)
	}
}
