package revision

import (
	"context"
	"fmt"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"
)

const meterName = "github.com/caremarket/caremarket/pkg/revision"

// What becomes of a message about a commit.
const (
	messageSent     = "sent"
	messageFailed   = "failed"
	messageDropped  = "dropped"
	messageReceived = "received"
	messageRejected = "rejected"
)

// metrics counts what the Follower of one service does.
type metrics struct {
	service  attribute.KeyValue
	polls    metric.Int64Counter
	messages metric.Int64Counter
}

func newMetrics(meters metric.MeterProvider, service string) (*metrics, error) {
	meter := meterOf(meters)
	polls, err := meter.Int64Counter("caremarket.revision.polls", metric.WithDescription("Questions to the store about new revisions, by outcome"))
	if err != nil {
		return nil, fmt.Errorf("revision metrics: %w", err)
	}
	messages, err := meter.Int64Counter("caremarket.revision.messages", metric.WithDescription("Messages about commits through Redis, by outcome"))
	if err != nil {
		return nil, fmt.Errorf("revision metrics: %w", err)
	}
	return &metrics{service: attribute.String("service", service), polls: polls, messages: messages}, nil
}

func (m *metrics) polled(ctx context.Context, err error) {
	outcome := "answered"
	if err != nil {
		outcome = "failed"
	}
	m.polls.Add(ctx, 1, metric.WithAttributes(m.service, attribute.String("outcome", outcome)))
}

func (m *metrics) message(outcome string) {
	m.messages.Add(context.Background(), 1, metric.WithAttributes(m.service, attribute.String("outcome", outcome)))
}

// Report makes the trackers' state visible: the newest commit, whether it is current (1 or 0), and the epoch.
func Report(meters metric.MeterProvider, trackers ...*Tracker) error {
	meter := meterOf(meters)
	commit, err := meter.Int64ObservableGauge("caremarket.revision.commit", metric.WithDescription("Newest known commit of a service"))
	if err != nil {
		return fmt.Errorf("revision metrics: %w", err)
	}
	current, err := meter.Int64ObservableGauge("caremarket.revision.current", metric.WithDescription("1 while a service's revisions are known to be current"))
	if err != nil {
		return fmt.Errorf("revision metrics: %w", err)
	}
	epoch, err := meter.Int64ObservableGauge("caremarket.revision.epoch", metric.WithDescription("How often a service's revisions began again"))
	if err != nil {
		return fmt.Errorf("revision metrics: %w", err)
	}
	_, err = meter.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		for _, t := range trackers {
			service := metric.WithAttributes(attribute.String("service", t.Service()))
			o.ObserveInt64(commit, t.Global(), service)
			o.ObserveInt64(current, oneIf(t.Current()), service)
			o.ObserveInt64(epoch, int64(min(t.Epoch(), 1<<62)), service)
		}
		return nil
	}, commit, current, epoch)
	if err != nil {
		return fmt.Errorf("revision metrics: %w", err)
	}
	return nil
}

func oneIf(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}

func meterOf(meters metric.MeterProvider) metric.Meter {
	if meters == nil {
		meters = noop.NewMeterProvider()
	}
	return meters.Meter(meterName)
}
