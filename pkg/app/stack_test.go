package app

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
)

func TestStackClosesLastFirst(t *testing.T) {
	var stack Stack
	var closed []string
	for _, name := range []string{"store", "cache", "server"} {
		stack.Push(name, func(context.Context) error {
			closed = append(closed, name)
			return nil
		})
	}
	if err := stack.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if want := []string{"server", "cache", "store"}; !slices.Equal(closed, want) {
		t.Errorf("closed %v, want %v", closed, want)
	}
	if err := stack.Close(t.Context()); err != nil || len(closed) != 3 {
		t.Errorf("a second Close closed again: %v, %v", closed, err)
	}
}

func TestStackJoinsErrorsByName(t *testing.T) {
	errStore, errCache := errors.New("disk full"), errors.New("connection lost")
	var stack Stack
	stack.PushCloser("store", func() error { return errStore })
	stack.PushCloser("log", func() error { return nil })
	stack.PushCloser("cache", func() error { return errCache })
	err := stack.Close(t.Context())
	if !errors.Is(err, errStore) || !errors.Is(err, errCache) {
		t.Errorf("error %v lacks one of the two", err)
	}
	if got, want := err.Error(), "close cache: connection lost\nclose store: disk full"; got != want {
		t.Errorf("error is %q, want %q", got, want)
	}
}

func TestStackLeavesBehindWhatDoesNotClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		defer close(release)
		closed := false
		var stack Stack
		stack.PushCloser("store", func() error { closed = true; return nil })
		stack.PushCloser("stuck", func() error { <-release; return nil })
		err := stack.Close(t.Context())
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "close stuck: did not end in time") {
			t.Errorf("error is %v", err)
		}
		if !closed {
			t.Error("what came before the stuck one was not closed")
		}
	})
}

func TestStackGivesACloserItsLastMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var stack Stack
		stack.Push("slow", func(ctx context.Context) error {
			<-ctx.Done() // gives up waiting when told so, and still ends in order
			return nil
		})
		if err := stack.Close(t.Context()); err != nil {
			t.Errorf("error is %v", err)
		}
	})
}
