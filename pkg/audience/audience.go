// Package audience carries who a call is made for: the public, a provider, a commissioner or one of
// the system's own parts. It decides which figures are hidden and is part of every cache key.
//
// A caller states its audience in the metadata key [MetadataKey]; a server never grants more than the
// ceiling it was started with. Until calls are authenticated the statement is taken at its word below
// that ceiling, so the ceiling is the only real limit.
package audience

import (
	"context"
	"fmt"
	"strings"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// MetadataKey is the gRPC metadata key in which a call states its audience, as [Name] writes it.
const MetadataKey = "caremarket-audience"

// Audience is who a figure is for. A greater value sees no less than a smaller one.
type Audience = commonv1.Audience

// The audiences, from the least privileged to the most.
const (
	Public       = commonv1.Audience_AUDIENCE_PUBLIC
	Provider     = commonv1.Audience_AUDIENCE_PROVIDER
	Commissioner = commonv1.Audience_AUDIENCE_COMMISSIONER
	System       = commonv1.Audience_AUDIENCE_SYSTEM
)

// names are the short names, from the least privileged to the most.
var names = [...]string{"public", "provider", "commissioner", "system"}

// Name returns the short name of a, such as "commissioner"; "public" for what is not an audience.
func Name(a Audience) string { return names[known(a)-Public] }

// Parse returns the audience of a short name such as "commissioner".
func Parse(name string) (Audience, error) {
	for i, candidate := range names {
		if candidate == name {
			return Public + Audience(i), nil
		}
	}
	return Public, fmt.Errorf("audience %q is not one of %s", name, strings.Join(names[:], ", "))
}

// known returns a, or Public when a is none of the audiences.
func known(a Audience) Audience {
	if a < Public || a > System {
		return Public
	}
	return a
}

// Least returns the less privileged of two audiences. What is not an audience counts as Public.
func Least(a, b Audience) Audience { return min(known(a), known(b)) }

type contextKey struct{}

// With returns ctx for calls made on behalf of a.
func With(ctx context.Context, a Audience) context.Context {
	return context.WithValue(ctx, contextKey{}, known(a))
}

// From returns the audience of ctx; Public when none was set, so that forgetting it shows too little
// and never too much.
func From(ctx context.Context) Audience {
	a, _ := ctx.Value(contextKey{}).(Audience)
	return known(a)
}
