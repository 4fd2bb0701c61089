package app

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

var errBroken = errors.New("broken")

// journal notes what components do, in order.
type journal struct {
	mu      sync.Mutex
	entries []string
}

func (j *journal) note(entry string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.entries = append(j.entries, entry)
}

func (j *journal) want(t *testing.T, want ...string) {
	t.Helper()
	j.mu.Lock()
	defer j.mu.Unlock()
	if !slices.Equal(j.entries, want) {
		t.Errorf("what happened was\n%v, want\n%v", j.entries, want)
	}
}

// component notes its start, the end of its run and its stop.
func (j *journal) component(name string) Component {
	return Component{
		Name:  name,
		Start: func(context.Context) error { j.note("start " + name); return nil },
		Run: func(ctx context.Context) error {
			<-ctx.Done()
			j.note("end " + name)
			return ctx.Err()
		},
		Stop: func(context.Context) error { j.note("stop " + name); return nil },
	}
}

func quiet(signals <-chan os.Signal) Options {
	return Options{Logger: slog.New(slog.DiscardHandler), Signals: signals, Grace: 20 * time.Second}
}

func TestRunStartsInOrderAndStopsInReverse(t *testing.T) {
	for name, tell := range map[string]func(cancel func(), signals chan os.Signal){
		"at a signal":                func(_ func(), signals chan os.Signal) { signals <- syscall.SIGTERM },
		"at the end of its context":  func(cancel func(), _ chan os.Signal) { cancel() },
		"at a signal and at its end": func(cancel func(), signals chan os.Signal) { signals <- syscall.SIGINT; cancel() },
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			signals := make(chan os.Signal)
			var j journal
			last := j.component("c")
			start := last.Start
			last.Start = func(ctx context.Context) error {
				go tell(cancel, signals)
				return start(ctx)
			}
			if err := Run(ctx, quiet(signals), j.component("a"), j.component("b"), last); err != nil {
				t.Errorf("Run: %v", err)
			}
			j.want(t, "start a", "start b", "start c", "stop c", "end c", "stop b", "end b", "stop a", "end a")
		})
	}
}

func TestRunStopsWhatStartedWhenAStartFails(t *testing.T) {
	var j journal
	failing := Component{Name: "b", Start: func(context.Context) error { return errBroken }}
	err := Run(t.Context(), quiet(nil), j.component("a"), failing, j.component("c"))
	if !errors.Is(err, errBroken) || err.Error() != "start b: broken" {
		t.Errorf("Run: %v", err)
	}
	j.want(t, "start a", "stop a", "end a")
}

func TestRunStopsWhenAComponentFails(t *testing.T) {
	var j journal
	fail := make(chan struct{})
	failing := Component{Name: "b", Run: func(context.Context) error { <-fail; return errBroken }}
	last := j.component("c")
	last.Run = func(ctx context.Context) error { close(fail); <-ctx.Done(); return nil }
	err := Run(t.Context(), quiet(nil), j.component("a"), failing, last)
	if !errors.Is(err, errBroken) || err.Error() != "run b: broken" {
		t.Errorf("Run: %v", err)
	}
	j.want(t, "start a", "start c", "stop c", "stop a", "end a")
}

func TestRunGoesOnWhenWorkIsDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		once := Component{Name: "once", Run: func(context.Context) error { return nil }}
		ended := make(chan error, 1)
		go func() { ended <- Run(ctx, quiet(make(chan os.Signal)), once, Component{Name: "empty"}) }()
		synctest.Wait()
		select {
		case err := <-ended:
			t.Fatalf("Run ended with %v", err)
		default:
		}
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
}

func TestRunIsToldToStopWhileStarting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		signals := make(chan os.Signal)
		var j journal
		slow := Component{Name: "migrate", Start: func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }}
		go func() { synctest.Wait(); signals <- syscall.SIGTERM }()
		if err := Run(t.Context(), quiet(signals), j.component("a"), slow, j.component("never")); err != nil {
			t.Errorf("Run: %v", err)
		}
		j.want(t, "start a", "stop a", "end a")
	})
}

func TestRunLeavesBehindWhatDoesNotStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		defer close(release)
		signals := make(chan os.Signal)
		var j journal
		deaf := Component{Name: "deaf", Run: func(context.Context) error {
			signals <- syscall.SIGTERM
			<-release
			return nil
		}}
		begin := time.Now()
		err := Run(t.Context(), quiet(signals), j.component("a"), deaf)
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "stop deaf: did not end in time") {
			t.Errorf("Run: %v", err)
		}
		if took := time.Since(begin); took > quiet(nil).Grace+time.Second {
			t.Errorf("Run took %s, beyond its grace", took)
		}
		j.want(t, "start a", "stop a", "end a")
	})
}

// A caller that ends ctx on a signal sees the same signal arrive here, before or after.
func TestRunIsNotForcedByTheSignalThatEndedItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		signals := make(chan os.Signal)
		ctx, cancel := context.WithCancel(t.Context())
		slow := Component{Name: "slow", Stop: func(context.Context) error {
			signals <- syscall.SIGTERM
			return nil
		}}
		go func() { synctest.Wait(); cancel() }()
		if err := Run(ctx, quiet(signals), slow); err != nil {
			t.Errorf("Run: %v", err)
		}
	})
}

func TestRunIsForcedByASecondSignal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		signals := make(chan os.Signal)
		deaf := Component{Name: "deaf", Stop: func(context.Context) error {
			signals <- syscall.SIGTERM
			<-release
			return nil
		}}
		go func() { synctest.Wait(); signals <- syscall.SIGTERM }()
		begin := time.Now()
		if err := Run(t.Context(), quiet(signals), deaf); !errors.Is(err, ErrForced) {
			t.Errorf("Run: %v, want ErrForced", err)
		}
		if took := time.Since(begin); took != 0 {
			t.Errorf("Run waited %s after the second signal", took)
		}
		close(release)
	})
}

func TestRunReportsAStopThatFails(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := Component{
		Name:  "c",
		Start: func(context.Context) error { cancel(); return nil },
		Stop:  func(context.Context) error { return errBroken },
	}
	if err := Run(ctx, quiet(nil), c); !errors.Is(err, errBroken) || err.Error() != "stop c: broken" {
		t.Errorf("Run: %v", err)
	}
}

func TestRunHearsTheProcessSignals(t *testing.T) {
	options := quiet(nil)
	c := Component{Name: "c", Run: func(ctx context.Context) error {
		if err := syscall.Kill(os.Getpid(), syscall.SIGTERM); err != nil {
			return err
		}
		<-ctx.Done()
		return nil
	}}
	if err := Run(t.Context(), options, c); err != nil {
		t.Errorf("Run: %v", err)
	}
}
