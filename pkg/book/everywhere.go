package book

import (
	"context"
	"errors"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/period"
)

// Everywhere is what a market knew of all England at one moment, district by district.
type Everywhere struct {
	// Revision and KnownAt are of the newest commit of any district.
	Revision int64
	KnownAt  *timestamppb.Timestamp
	Sources  figure.Sources
	touches  []ledger.Touch
}

// Everywhere reads what was known at a moment, in microseconds since 1970, 0 for now; at
// least is a commit that it must know, or 0.
func (d Desk[P, R]) Everywhere(ctx context.Context, knownAt, least int64) (e Everywhere, err error) {
	if err := d.Answers.reach(ctx, Ask{Districts: []string{anywhere}, MinRevision: least}); err != nil {
		return e, err
	}
	err = d.Book.ledger.Read(ctx, knownAt, func(v *ledger.View) error {
		touches, err := v.EachTouched(ctx)
		if err != nil {
			return err
		}
		for _, t := range touches {
			if t.Revision > e.Revision {
				e.Revision, e.KnownAt = t.Revision, Stamp(t.RecordedAt)
			}
			if _, ok := d.Atlas.District(geo.Code(t.District)); ok {
				e.touches = append(e.touches, t)
			}
		}
		e.Sources, err = d.Book.sourcesIn(ctx, v)
		return err
	})
	return e, err
}

// anywhere is no district: a commit has reached it once all before it are known.
const anywhere = ""

// DistrictPart is one district's part of an answer about all England.
type DistrictPart[M proto.Message] struct {
	District string
	Says     M
}

// EveryDistrict gives each district's part on a day, in order of code; those of which
// nothing was known have none. A part is kept by its district's own revision, so that a
// commit costs its own district anew and no other. Method tells parts of different kinds
// apart; part makes one of the places of a district.
func EveryDistrict[P, R, M proto.Message](ctx context.Context, d Desk[P, R], e Everywhere, day period.Date, method string,
	part func(Question, []Standing[P, R]) M,
) ([]DistrictPart[M], error) {
	var empty M
	parts := make([]DistrictPart[M], len(e.touches))
	for i, t := range e.touches {
		if err := ctx.Err(); err != nil {
			return nil, outOfTime(err)
		}
		// As it was known at its newest commit, which is as it was known at the moment.
		ask := Ask{Method: method, Subject: t.District, Districts: []string{t.District}, Detail: day.String(), KnownAt: t.RecordedAt}
		encoded, err := d.Answers.Get(ctx, ask, func(ctx context.Context) (loaded Loaded, err error) {
			err = d.Book.ledger.Read(ctx, ask.KnownAt, func(v *ledger.View) error {
				places, err := d.Book.InDistrict(ctx, v, t.District, day.String())
				if err != nil {
					return err
				}
				q, err := question(ctx, v, "districts/"+t.District, day, t.District)
				loaded = Loaded{Message: part(q, places), Revision: q.Revision}
				return err
			})
			return loaded, err
		}, nil)
		if err != nil {
			return nil, err
		}
		says, ok := empty.ProtoReflect().New().Interface().(M)
		if !ok {
			return nil, errs.Internal("PART_OF_ANOTHER_KIND", nil)
		}
		if parts[i].Says, err = decode(says, encoded); err != nil {
			return nil, err
		}
		parts[i].District = t.District
	}
	return parts, nil
}

func outOfTime(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return errs.Unavailable("OUT_OF_TIME", "not all districts could be read in time: what was read is kept, so try again", time.Second).Because(err)
	}
	return err
}

// Districts are those of which anything was known, in order of code.
func (e Everywhere) Districts() []string {
	codes := make([]string, len(e.touches))
	for i, t := range e.touches {
		codes[i] = t.District
	}
	return codes
}
