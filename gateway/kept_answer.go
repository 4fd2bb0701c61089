package gateway

import (
	"context"
	"net/http"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protopath"
	"google.golang.org/protobuf/reflect/protorange"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/caremarket/caremarket/gateway/download"
	"github.com/caremarket/caremarket/pkg/cache"
	"github.com/caremarket/caremarket/pkg/period"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// refused is an answer that is no success: it is passed on and not kept.
type refused struct{ answer *recorder }

// Error says so.
func (*refused) Error() string { return "the answer is a refusal" }

// get answers from what is kept, or with what load brings, and keeps that.
func (k *kept) get(ctx context.Context, s subject, how wanted, load func(context.Context) *recorder) (answer, error) {
	at, current := k.mark(s)
	var mode cache.Mode
	if !current {
		mode = cache.Recheck
	}
	got, err := k.cache.Get(ctx, k.question(s, how), at, func(ctx context.Context) (cache.Loaded, error) {
		rec := load(ctx)
		if rec.status != http.StatusOK || rec.message == nil {
			return cache.Loaded{}, &refused{rec}
		}
		a := newAnswer(contentType(how.format), rec.body.Bytes(), how.gzip)
		return cache.Loaded{
			Body:    a.encode(),
			Mark:    at.To(commits(rec.message.ProtoReflect(), s.services)...),
			NoStore: isPartial(rec.message),
		}, nil
	}, mode)
	if err != nil {
		return answer{}, err
	}
	return decodeAnswer(contentType(how.format), got.Body), nil
}

func contentType(format string) string {
	if format == asCSV {
		return download.ContentType
	}
	return format
}

// question is what an answer depends on beside the revisions. Ages are counted to today,
// so an answer is good for one day.
func (k *kept) question(s subject, how wanted) cache.Question {
	detail := period.Today(k.now()).String() + " " + how.format
	if how.gzip {
		detail += " gzip"
	}
	if how.query != "" {
		detail += "?" + how.query
	}
	return cache.Question{Service: s.collection, Method: s.template, Subject: s.code, Detail: detail, Audience: k.audience}
}

// commits are the newest commits of the services that an answer says it rests on; 0 for a
// service that it does not name, which keeps it from being given again once the service is
// known to have any.
func commits(m protoreflect.Message, services []string) []int64 {
	found := make([]int64, len(services))
	switch fields := m.Descriptor().Fields(); {
	case fields.ByName("revisions") != nil:
		list := m.Get(fields.ByName("revisions")).List()
		for i, service := range services {
			found[i] = revisionOf(list, service)
		}
	case fields.ByName("revision") != nil:
		found[0] = m.Get(fields.ByName("revision")).Int()
	default:
		if inner := heart(m); inner != nil {
			return commits(inner, services)
		}
	}
	return found
}

func revisionOf(list protoreflect.List, service string) int64 {
	for i := range list.Len() {
		one := list.Get(i).Message()
		fields := one.Descriptor().Fields()
		if one.Get(fields.ByName("service")).String() == service {
			return one.Get(fields.ByName("revision")).Int()
		}
	}
	return 0
}

// heart is the part of an answer that says what the whole rests on: its only part, its
// total, or, in a history, any of its points.
func heart(m protoreflect.Message) protoreflect.Message {
	for _, name := range [...]protoreflect.Name{"capacity", "market_position", "total", "capacities"} {
		field := m.Descriptor().Fields().ByName(name)
		switch {
		case field == nil || !m.Has(field):
		case field.IsList():
			return m.Get(field).List().Get(0).Message()
		default:
			return m.Get(field).Message()
		}
	}
	return nil
}

// storeAway is the code of the note that a service adds to an answer it could not renew.
const storeAway = "STORE_AWAY"

// isPartial reports whether an answer lacks something that a later one may have: a market
// that is away, or news that a service could not read.
func isPartial(m proto.Message) bool {
	partial := false
	// The error is only ever the word to stop.
	_ = protorange.Range(m.ProtoReflect(), func(p protopath.Values) error {
		at, ok := p.Index(-1).Value.Interface().(protoreflect.Message)
		if !ok {
			return nil
		}
		switch at := at.Interface().(type) {
		case *commonv1.DataNote:
			partial = partial || at.GetCode() == storeAway
		case interface{ GetComplete() bool }:
			partial = partial || !at.GetComplete()
		}
		if partial {
			return protorange.Terminate
		}
		return nil
	})
	return partial
}

// fileName is what a download of a path is called: "districts-E07000082-careHomeCapacity.csv".
func fileName(path string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9', r >= 'A' && r <= 'Z', r >= 'a' && r <= 'z', r == '.', r == '_':
			return r
		default:
			return '-'
		}
	}, strings.TrimPrefix(path, "/v1/"))
	return name + ".csv"
}
