package marketposition

import (
	"fmt"
	"time"

	"github.com/caremarket/caremarket/services/marketposition/statement"

	"github.com/maypok86/otter/v2"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// memoryBytes is about how much the last good answers may take, and decodedFactor how
// much more a message takes in memory than on the wire.
const (
	memoryBytes   = 16 << 20
	decodedFactor = 4
)

// memory keeps the last good answer of each market to each question, for when the market
// is away.
type memory struct {
	last *otter.Cache[remembered, lastGood]
	now  func() time.Time
}

// remembered is a question to a market. An answer to a question of now stands in for
// another of now; one about a moment only for the same moment.
type remembered struct {
	service string
	question
}

type lastGood struct {
	answer any
	at     time.Time
	size   uint32
}

func newMemory(now func() time.Time) (*memory, error) {
	last, err := otter.New(&otter.Options[remembered, lastGood]{
		MaximumWeight: memoryBytes,
		Weigher:       func(_ remembered, kept lastGood) uint32 { return kept.size },
	})
	if err != nil {
		return nil, fmt.Errorf("memory of the markets' answers: %w", err)
	}
	return &memory{last: last, now: now}, nil
}

func keyOf(service string, q question) remembered {
	if !q.fixed {
		q.knownAt = 0
	}
	return remembered{service: service, question: q}
}

func remember[C statement.Capacity](m *memory, service string, q question, answer statement.Answer[C]) {
	size := proto.Size(answer.Total)
	for _, one := range answer.Each {
		size += proto.Size(one)
	}
	m.last.Set(keyOf(service, q), lastGood{answer: answer, at: m.now(), size: uint32(min(size*decodedFactor, memoryBytes))})
}

// recall returns the last good answer to a question, marked stale with why there is no
// new one; unavailable when there is none. What was known at a moment never changes, so
// an answer to a question that named its moment is as good as new.
func recall[C statement.Capacity](m *memory, service string, q question, reason string) statement.Answer[C] {
	kept, ok := m.last.GetIfPresent(keyOf(service, q))
	answer, same := kept.answer.(statement.Answer[C])
	if !ok || !same {
		return statement.Answer[C]{State: statement.Unavailable(reason)}
	}
	if !q.fixed {
		answer.State = &marketpositionv1.SectionState{
			Availability: marketpositionv1.Availability_AVAILABILITY_STALE,
			Reason:       reason, AnsweredAt: timestamppb.New(kept.at),
		}
	}
	return answer
}
