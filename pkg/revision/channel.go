package revision

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"
	"google.golang.org/protobuf/proto"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

const (
	// queueLength is how many commits may wait to be published; what does not fit is found by polls.
	queueLength = 1024
	// publishBudget bounds one message. Nobody waits for it.
	publishBudget = 100 * time.Millisecond
	// maxDistricts and maxCodeLength bound what a message may make this process remember.
	maxDistricts  = 4096
	maxCodeLength = 64
)

var errMessage = errors.New("not a message about a commit of this service")

// channel carries the commits of one service between its processes by Redis pub/sub.
type channel struct {
	client  redis.UniversalClient
	name    string
	tracker *Tracker
	queue   chan commit
	metrics *metrics
}

type commit struct {
	number    int64
	districts []string
}

func newChannel(client redis.UniversalClient, namespace string, t *Tracker, m *metrics) *channel {
	return &channel{
		client:  client,
		name:    namespace + ":revisions:1:" + t.Service(),
		tracker: t,
		queue:   make(chan commit, queueLength),
		metrics: m,
	}
}

// publish queues a commit for others to hear of, or drops it.
func (c *channel) publish(number int64, districts []string) {
	select {
	case c.queue <- commit{number, slices.Clone(districts)}:
	default:
		c.metrics.message(messageDropped)
	}
}

// speak sends what is queued until ctx ends.
func (c *channel) speak(ctx context.Context) {
	for {
		select {
		case next := <-c.queue:
			c.send(ctx, next)
		case <-ctx.Done():
			return
		}
	}
}

func (c *channel) send(ctx context.Context, next commit) {
	payload, err := encode(c.tracker.Service(), next)
	if err == nil {
		sending, cancel := context.WithTimeout(ctx, publishBudget)
		err = c.client.Publish(sending, c.name, payload).Err()
		cancel()
	}
	if err != nil {
		c.metrics.message(messageFailed)
		return
	}
	c.metrics.message(messageSent)
}

// listen hears of other processes' commits until ctx ends. The client subscribes again by itself when the connection is
// lost; what was said meanwhile is found by a poll, asked for at once.
func (c *channel) listen(ctx context.Context) {
	subscription := c.client.Subscribe(ctx, c.name)
	context.AfterFunc(ctx, func() { _ = subscription.Close() })
	for heard := range subscription.ChannelWithSubscriptions() {
		switch heard := heard.(type) {
		case *redis.Subscription:
			c.tracker.ask()
		case *redis.Message:
			c.hear(heard.Payload)
		}
	}
}

func (c *channel) hear(payload string) {
	heard, err := decode(c.tracker.Service(), []byte(payload))
	if err != nil {
		c.metrics.message(messageRejected)
		return
	}
	c.tracker.Observe(heard.number, heard.districts)
	c.metrics.message(messageReceived)
}

// encode writes a commit as the same message that [Server] streams.
func encode(service string, c commit) ([]byte, error) {
	message := &commonv1.WatchRevisionsResponse{Service: service, Revision: c.number, Districts: make(map[string]int64, len(c.districts))}
	for _, code := range c.districts {
		message.Districts[code] = c.number
	}
	return proto.Marshal(message)
}

func decode(service string, payload []byte) (commit, error) {
	var message commonv1.WatchRevisionsResponse
	if err := proto.Unmarshal(payload, &message); err != nil {
		return commit{}, errMessage
	}
	if message.Service != service || message.Revision <= 0 || message.Snapshot || len(message.Districts) > maxDistricts {
		return commit{}, errMessage
	}
	for code, number := range message.Districts {
		if number != message.Revision || code == "" || len(code) > maxCodeLength {
			return commit{}, errMessage
		}
	}
	return commit{message.Revision, slices.Sorted(maps.Keys(message.Districts))}, nil
}
