package gateway

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// route is one method and path that is bound to an RPC.
type route struct {
	method string
	// template is the path as the proto has it: "/v1/{name=districts/*/careHomeCapacity}:history".
	template string
	path     *regexp.Regexp
	rpc      protoreflect.MethodDescriptor
	request  protoreflect.MessageType
	// params are the fields that a query may set, by both of their names.
	params map[string]protoreflect.FieldDescriptor
	// body is what the body is read into; nil when there is none. bodyField is the field of
	// the request that it is, "" for the request itself.
	body      protoreflect.MessageType
	bodyField string
}

// Bounds of a request's body: a home's return takes about 1 KiB, a batch holds up to
// 10,000 of them.
const (
	maxBody      = 1 << 20
	maxBatchBody = 16 << 20
)

func (r *route) isBatch() bool { return strings.HasPrefix(string(r.rpc.Name()), "Batch") }

func (r *route) maxBody() int64 {
	if r.isBatch() {
		return maxBatchBody
	}
	return maxBody
}

func (r *route) deadline(one time.Duration) time.Duration {
	if r.isBatch() {
		return batchDeadlines * one
	}
	return one
}

// routes are all routes, by method and template.
type routes map[string]*route

func (rs routes) find(method, template string) *route { return rs[method+" "+template] }

// match is the route of a path; nil when there is none.
func (rs routes) match(method, path string) *route {
	for _, r := range rs {
		if r.method == method && r.path.MatchString(path) {
			return r
		}
	}
	return nil
}

// allowed lists the methods that a path may be asked with.
func (rs routes) allowed(path string) []string {
	var methods []string
	for _, r := range rs {
		if r.path.MatchString(path) {
			methods = append(methods, r.method)
			if r.method == http.MethodGet {
				methods = append(methods, http.MethodHead)
			}
		}
	}
	slices.Sort(methods)
	return slices.Compact(methods)
}

// newRoutes reads the routes of the services from the HTTP rules in their protos.
func newRoutes(all []service) (routes, error) {
	found := routes{}
	for _, s := range all {
		methods := s.descriptor.Methods()
		for i := range methods.Len() {
			rpc := methods.Get(i)
			rule, _ := proto.GetExtension(rpc.Options(), annotations.E_Http).(*annotations.HttpRule)
			for _, one := range append([]*annotations.HttpRule{rule}, rule.GetAdditionalBindings()...) {
				r, err := newRoute(rpc, one)
				if err != nil {
					return nil, fmt.Errorf("route of %s: %w", rpc.FullName(), err)
				}
				found[r.method+" "+r.template] = r
			}
		}
	}
	return found, nil
}

// variable is a variable of a template and what it matches: "{parent=careHomes/*}".
var variable = regexp.MustCompile(`\{([\w.]+)=([^}]*)\}`)

func newRoute(rpc protoreflect.MethodDescriptor, rule *annotations.HttpRule) (*route, error) {
	request, err := protoregistry.GlobalTypes.FindMessageByName(rpc.Input().FullName())
	if err != nil {
		return nil, err
	}
	r := &route{rpc: rpc, request: request, params: map[string]protoreflect.FieldDescriptor{}}
	switch pattern := rule.GetPattern().(type) {
	case *annotations.HttpRule_Get:
		r.method, r.template = http.MethodGet, pattern.Get
	case *annotations.HttpRule_Post:
		r.method, r.template = http.MethodPost, pattern.Post
	case *annotations.HttpRule_Patch:
		r.method, r.template = http.MethodPatch, pattern.Patch
	default:
		return nil, fmt.Errorf("it is bound to %T, which the gateway does not know", pattern)
	}
	open := variable.ReplaceAllString(r.template, "$2")
	r.path, err = regexp.Compile("^" + strings.ReplaceAll(regexp.QuoteMeta(open), `\*`, `[^/]+`) + "$")
	if err != nil {
		return nil, err
	}
	if err := r.bindBody(rule.GetBody()); err != nil {
		return nil, err
	}
	r.bindParams()
	return r, nil
}

func (r *route) bindBody(name string) (err error) {
	switch name {
	case "":
	case "*":
		r.body = r.request
	default:
		field := r.rpc.Input().Fields().ByName(protoreflect.Name(name))
		if field == nil || field.Message() == nil || field.IsList() {
			return fmt.Errorf("its body %q is not a message", name)
		}
		r.bodyField = name
		r.body, err = protoregistry.GlobalTypes.FindMessageByName(field.Message().FullName())
	}
	return err
}

// bindParams finds what a query may set: each field that neither the path nor the body
// sets and that can be written in one word.
func (r *route) bindParams() {
	if r.body == r.request {
		return
	}
	taken := map[string]bool{r.bodyField: true}
	for _, v := range variable.FindAllStringSubmatch(r.template, -1) {
		field, _, _ := strings.Cut(v[1], ".")
		taken[field] = true
	}
	fields := r.rpc.Input().Fields()
	for i := range fields.Len() {
		field := fields.Get(i)
		if taken[string(field.Name())] || !isWord(field) {
			continue
		}
		r.params[string(field.Name())] = field
		r.params[field.JSONName()] = field
	}
}

// isWord reports whether a field's values can be written in a query.
func isWord(field protoreflect.FieldDescriptor) bool {
	if field.Message() == nil {
		return true
	}
	return !field.IsList() && !field.IsMap() && field.Message().ParentFile().Package() == "google.protobuf"
}
