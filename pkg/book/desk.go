package book

import (
	"context"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/period"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// Desk answers what is asked of a market's districts: it reads what stands on one View of
// the ledger, has the market make an answer of it, and keeps the answer.
type Desk[P, R proto.Message] struct {
	Book    *Book[P, R]
	Answers *Answers
	Atlas   *geo.Atlas
	// Beside, where it is set, reads what an answer about these districts needs beside the
	// places, on the View that they are read on and before the answer is made.
	Beside func(ctx context.Context, v *ledger.View, districts []string) error
}

// Question is what a market's pure functions are told of what is asked.
type Question struct {
	// Area is districts/{code} or authorities/{code}.
	Area     string
	AsAt     period.Date
	Audience commonv1.Audience
	// KnownAt and Revision are of the newest commit that concerns the area and was known;
	// nil and 0 when there is none.
	KnownAt  *timestamppb.Timestamp
	Revision int64
}

// Asked is a request for a capacity as the protos of all markets have it.
type Asked interface {
	// GetAsAt is the ISO day asked about; "" for today.
	GetAsAt() string
	// GetKnownAt is the moment whose knowledge is asked for; nil for now.
	GetKnownAt() *timestamppb.Timestamp
	// GetMinRevision is the least commit that the answer must know.
	GetMinRevision() int64
}

// District finds the code of a district in a resource name that begins with it, such as
// districts/E07000082/careHomeCapacity; NotFound when England has no such district.
func (d Desk[P, R]) District(name string) (string, error) {
	code, _, _ := strings.Cut(strings.TrimPrefix(name, "districts/"), "/")
	if _, ok := d.Atlas.District(geo.Code(code)); !ok {
		return "", errs.NotFound("district", code)
	}
	return code, nil
}

// Authority finds the code of an authority in authorities/{code}, and those of its
// districts in order.
func (d Desk[P, R]) Authority(parent string) (authority string, districts []string, err error) {
	authority = strings.TrimPrefix(parent, "authorities/")
	if _, ok := d.Atlas.Authority(geo.Code(authority)); !ok {
		return "", nil, errs.NotFound("authority", authority)
	}
	for _, one := range d.Atlas.DistrictsOf(geo.Code(authority)) {
		districts = append(districts, string(one.Code))
	}
	return authority, districts, nil
}

// OfDistrict gives the encoded answer about one district.
func (d Desk[P, R]) OfDistrict(ctx context.Context, name string, asked Asked,
	answer func(Question, []Standing[P, R], figure.Sources) proto.Message, stale func(*commonv1.DataNote) proto.Message,
) ([]byte, error) {
	district, err := d.District(name)
	if err != nil {
		return nil, err
	}
	day, knownAt, err := d.reading(asked)
	if err != nil {
		return nil, err
	}
	ask := Ask{
		Method: "OfDistrict", Subject: district, Districts: []string{district},
		Detail: day.String(), KnownAt: knownAt, MinRevision: asked.GetMinRevision(),
	}
	return d.answer(ctx, ask, stale, func(ctx context.Context, v *ledger.View, sources figure.Sources) (Loaded, error) {
		places, err := d.Book.InDistrict(ctx, v, district, day.String())
		if err != nil {
			return Loaded{}, err
		}
		q, err := question(ctx, v, "districts/"+district, day, district)
		return Loaded{Message: answer(q, places, sources), Revision: q.Revision}, err
	})
}

// District is one district's part of an authority's question.
type District[P, R proto.Message] struct {
	Question Question
	Places   []Standing[P, R]
}

// OfAuthority gives the encoded answer about the districts of an authority, in order of
// their codes.
func (d Desk[P, R]) OfAuthority(ctx context.Context, parent string, asked Asked,
	answer func(Question, []District[P, R], figure.Sources) proto.Message, stale func(*commonv1.DataNote) proto.Message,
) ([]byte, error) {
	authority, districts, err := d.Authority(parent)
	if err != nil {
		return nil, err
	}
	day, knownAt, err := d.reading(asked)
	if err != nil {
		return nil, err
	}
	ask := Ask{
		Method: "OfAuthority", Subject: authority, Districts: districts,
		Detail: day.String(), KnownAt: knownAt, MinRevision: asked.GetMinRevision(),
	}
	return d.answer(ctx, ask, stale, func(ctx context.Context, v *ledger.View, sources figure.Sources) (Loaded, error) {
		parts := make([]District[P, R], len(districts))
		for i, code := range districts {
			var err error
			if parts[i].Places, err = d.Book.InDistrict(ctx, v, code, day.String()); err != nil {
				return Loaded{}, err
			}
			if parts[i].Question, err = question(ctx, v, "districts/"+code, day, code); err != nil {
				return Loaded{}, err
			}
		}
		whole, err := question(ctx, v, "authorities/"+authority, day, districts...)
		return Loaded{Message: answer(whole, parts, sources), Revision: whole.Revision}, err
	})
}

// Stepped is a request for a history as the protos of all markets have it.
type Stepped interface {
	// GetFrom is the first ISO day.
	GetFrom() string
	// GetTo is the last ISO day.
	GetTo() string
	// GetStep is the distance between two points; months by default.
	GetStep() commonv1.HistoryStep
	// GetKnownAt is the moment whose knowledge is asked for; nil for now.
	GetKnownAt() *timestamppb.Timestamp
	// GetMinRevision is the least commit that the answer must know.
	GetMinRevision() int64
}

// Point is a district on one day of a history.
type Point[P, R proto.Message] = District[P, R]

// History gives the encoded answer about one district on the days of a history, which
// answer is given one after the other.
func (d Desk[P, R]) History(ctx context.Context, name string, asked Stepped,
	answer func([]Point[P, R], figure.Sources) proto.Message, stale func(*commonv1.DataNote) proto.Message,
) ([]byte, error) {
	district, err := d.District(name)
	if err != nil {
		return nil, err
	}
	days, err := Steps(asked.GetFrom(), asked.GetTo(), asked.GetStep(), d.Book.Today())
	if err != nil {
		return nil, err
	}
	knownAt, err := Moment(asked.GetKnownAt())
	if err != nil {
		return nil, err
	}
	ask := Ask{
		Method: "History", Subject: district, Districts: []string{district},
		Detail:  days[0].String() + "/" + days[len(days)-1].String() + "/" + asked.GetStep().String(),
		KnownAt: knownAt, MinRevision: asked.GetMinRevision(),
	}
	return d.answer(ctx, ask, stale, func(ctx context.Context, v *ledger.View, sources figure.Sources) (Loaded, error) {
		points, err := d.points(ctx, v, district, days)
		if err != nil {
			return Loaded{}, err
		}
		return Loaded{Message: answer(points, sources), Revision: points[0].Question.Revision}, nil
	})
}

func (d Desk[P, R]) points(ctx context.Context, v *ledger.View, district string, days []period.Date) ([]Point[P, R], error) {
	read, err := v.HistoryInDistrict(ctx, district, days[0].String(), days[len(days)-1].String())
	if err != nil {
		return nil, err
	}
	q, err := question(ctx, v, "districts/"+district, days[0], district)
	if err != nil {
		return nil, err
	}
	points := make([]Point[P, R], len(days))
	standing := make([]ledger.Standing, len(read))
	for n, day := range days {
		for i := range read {
			standing[i] = read[i].On(day.String())
		}
		q.AsAt = day
		points[n].Question = q
		if points[n].Places, err = d.Book.Standings(ctx, v, standing); err != nil {
			return nil, err
		}
	}
	return points, nil
}

// answer loads on one View, with the sources known, and keeps what came of it.
func (d Desk[P, R]) answer(ctx context.Context, ask Ask, stale func(*commonv1.DataNote) proto.Message,
	load func(context.Context, *ledger.View, figure.Sources) (Loaded, error),
) ([]byte, error) {
	return d.Answers.Get(ctx, ask, func(ctx context.Context) (loaded Loaded, err error) {
		err = d.Book.ledger.Read(ctx, ask.KnownAt, func(v *ledger.View) error {
			// On the same View: a source kept meanwhile would be named and not listed.
			sources, err := d.Book.sourcesIn(ctx, v)
			if err != nil {
				return err
			}
			if d.Beside != nil {
				if err := d.Beside(ctx, v, ask.Districts); err != nil {
					return err
				}
			}
			loaded, err = load(ctx, v, sources)
			return err
		})
		return loaded, err
	}, func(since time.Time) proto.Message { return stale(staleNote(since)) })
}

// staleNote says that an answer may be out of date, and since when.
func staleNote(since time.Time) *commonv1.DataNote {
	return &commonv1.DataNote{
		Code: "STORE_AWAY",
		Text: "the store does not answer: this is what was known at " + since.UTC().Format(time.RFC3339) + ", and may be out of date",
	}
}

func (d Desk[P, R]) reading(asked Asked) (period.Date, int64, error) {
	day, err := Day("as_at", asked.GetAsAt(), d.Book.Today())
	if err != nil {
		return day, 0, err
	}
	knownAt, err := Moment(asked.GetKnownAt())
	return day, knownAt, err
}

func question(ctx context.Context, v *ledger.View, area string, day period.Date, districts ...string) (Question, error) {
	revision, recordedAt, err := v.Touched(ctx, districts...)
	return Question{
		Area: area, AsAt: day, Audience: audience.From(ctx), KnownAt: Stamp(recordedAt), Revision: revision,
	}, err
}
