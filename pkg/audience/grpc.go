package audience

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
)

// Incoming returns the audience that a call's incoming metadata states: Public when it states none,
// the least privileged when it states several, an error when it names an unknown one.
func Incoming(ctx context.Context) (Audience, error) {
	stated := metadata.ValueFromIncomingContext(ctx, MetadataKey)
	if len(stated) == 0 {
		return Public, nil
	}
	least := System
	for _, name := range stated {
		a, err := Parse(name)
		if err != nil {
			return Public, err
		}
		least = Least(least, a)
	}
	return least, nil
}

// outgoing states the audience of ctx in its outgoing metadata.
func outgoing(ctx context.Context) context.Context {
	if ctx.Value(contextKey{}) == nil {
		return ctx
	}
	return metadata.AppendToOutgoingContext(ctx, MetadataKey, Name(From(ctx)))
}

// UnaryClientInterceptor states the audience of the context to the server called.
func UnaryClientInterceptor(
	ctx context.Context, method string, req, reply any,
	conn *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption,
) error {
	return invoke(outgoing(ctx), method, req, reply, conn, opts...)
}

// StreamClientInterceptor states the audience of the context to the server called.
func StreamClientInterceptor(
	ctx context.Context, desc *grpc.StreamDesc, conn *grpc.ClientConn,
	method string, open grpc.Streamer, opts ...grpc.CallOption,
) (grpc.ClientStream, error) {
	return open(outgoing(ctx), desc, conn, method, opts...)
}
