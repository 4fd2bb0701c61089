package book

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/paging"
	"github.com/caremarket/caremarket/pkg/period"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// How many standings a page has when it does not say, and at the most.
const (
	defaultStandings = 1000
	maxStandings     = 5000
)

// AskedStandings is a request for standings as the protos of all markets have it.
type AskedStandings interface {
	proto.Message
	// GetProvider is providers/{id}: of whom; "" for all.
	GetProvider() string
	// GetAuthority is authorities/{code}: where; "" for all, when a provider is given.
	GetAuthority() string
	// GetAsAt is the ISO day asked about; "" for today.
	GetAsAt() string
	// GetKnownAt is the moment whose knowledge is asked for; nil for now.
	GetKnownAt() *timestamppb.Timestamp
	// GetPageSize is how many at the most; 0 for the default.
	GetPageSize() int32
	// GetPageToken is from the page before; "" for the first.
	GetPageToken() string
}

// StandingsPage is a page of an answer.
type StandingsPage struct {
	Standings []*commonv1.Standing
	Next      string
	Revision  int64
	Sources   []*commonv1.Source
}

// SayStanding says what a market knows of a place on a day; nil when it is not open then.
// Find looks another place of the same reading up by its resource name, nil when it is
// not among them.
type SayStanding[P, R proto.Message] func(f Found[P, R], find func(name string) *Standing[P, R], day period.Date) *commonv1.Standing

// Standings gives the places of a provider, of an authority or of both, and those within
// their reach, on one View of the ledger. Its cost grows with the area that they take,
// not with England nor with history. Only commissioners may ask.
func (d Desk[P, R]) Standings(ctx context.Context, req AskedStandings, reach Reach, say SayStanding[P, R]) (StandingsPage, error) {
	var page StandingsPage
	if err := SinglePlaces(ctx); err != nil {
		return page, err
	}
	after, err := paging.Cursor(req, req.GetPageToken())
	if err != nil {
		return page, err
	}
	day, err := Day("as_at", req.GetAsAt(), d.Book.Today())
	if err != nil {
		return page, err
	}
	knownAt, err := Moment(req.GetKnownAt())
	if err != nil {
		return page, err
	}
	var found []Found[P, R]
	var sources figure.Sources
	err = d.Book.ledger.Read(ctx, knownAt, func(v *ledger.View) error {
		page.Revision = v.Revision()
		if sources, err = d.Book.sourcesIn(ctx, v); err != nil {
			return err
		}
		found, err = d.found(ctx, v, req, reach, day.String())
		return err
	})
	if err != nil {
		return page, err
	}
	page.Standings = d.say(found, say, day)
	page.cut(req, after)
	page.Sources = sources.Named(citedBy(page.Standings)...)
	return page, nil
}

// found reads what a question asks about and what is within reach, each once, in order of id.
func (d Desk[P, R]) found(ctx context.Context, v *ledger.View, req AskedStandings, reach Reach, asAt string) ([]Found[P, R], error) {
	asked, err := d.asked(ctx, v, req, asAt)
	if err != nil {
		return nil, err
	}
	near, err := reach(ctx, v, asked, asAt)
	if err != nil {
		return nil, err
	}
	isAsked := make(map[string]bool, len(asked))
	for _, s := range asked {
		isAsked[s.Place.ID] = true
	}
	all := slices.Concat(asked, near)
	slices.SortStableFunc(all, byPlace)
	all = slices.CompactFunc(all, func(a, b ledger.Standing) bool { return a.Place.ID == b.Place.ID })
	standing, err := d.Book.Standings(ctx, v, all)
	found := make([]Found[P, R], len(standing))
	for i, s := range standing {
		found[i] = Found[P, R]{Standing: s, ID: all[i].Place.ID, Point: all[i].Place.Point, Asked: isAsked[all[i].Place.ID]}
	}
	return found, err
}

func byPlace(a, b ledger.Standing) int { return cmp.Compare(a.Place.ID, b.Place.ID) }

// asked reads the places of a provider, of an authority, or of a provider in one.
func (d Desk[P, R]) asked(ctx context.Context, v *ledger.View, req AskedStandings, asAt string) ([]ledger.Standing, error) {
	provider := strings.TrimPrefix(req.GetProvider(), "providers/")
	if req.GetAuthority() == "" {
		return v.OfProvider(ctx, provider, asAt)
	}
	_, districts, err := d.Authority(req.GetAuthority())
	if err != nil {
		return nil, err
	}
	var asked []ledger.Standing
	for _, district := range districts {
		read, err := v.InDistrict(ctx, district, asAt)
		if err != nil {
			return nil, err
		}
		asked = append(asked, read...)
	}
	if provider != "" {
		asked = slices.DeleteFunc(asked, func(s ledger.Standing) bool { return s.Place.Provider != provider })
	}
	return asked, nil
}

func (d Desk[P, R]) say(found []Found[P, R], say SayStanding[P, R], day period.Date) []*commonv1.Standing {
	at := make(map[string]*Standing[P, R], len(found))
	for i := range found {
		at[d.Book.name(found[i].ID)] = &found[i].Standing
	}
	var said []*commonv1.Standing
	for _, f := range found {
		one := say(f, func(name string) *Standing[P, R] { return at[name] }, day)
		if one == nil {
			continue
		}
		one.Name, one.Asked, one.SetAside = d.Book.name(f.ID), f.Asked, f.SetAside
		if f.Point != nil {
			one.Latitude, one.Longitude = &f.Point.Latitude, &f.Point.Longitude
		}
		if f.PlaceSource != nil {
			one.SourceIds = slices.Insert(one.SourceIds, 0, f.PlaceSource.GetId())
		}
		said = append(said, one)
	}
	return said
}

// SayReturn says of which day a place's return speaks, how old it is and where it comes
// from; of a place without one that there is none.
func SayReturn[P, R proto.Message](one *commonv1.Standing, s Standing[P, R], day period.Date) {
	if one.Returned = s.Returned; !s.Returned {
		return
	}
	said, err := period.Parse(s.AsAt)
	one.AsAt, one.Stale = s.AsAt, err == nil && period.Stale(said, day)
	if s.Source != nil {
		one.SourceIds = append(one.SourceIds, s.Source.GetId())
	}
}

// cut leaves the page that comes after a name.
func (p *StandingsPage) cut(req AskedStandings, after string) {
	from, _ := slices.BinarySearchFunc(p.Standings, after, func(s *commonv1.Standing, name string) int {
		if s.GetName() <= name {
			return -1
		}
		return 1
	})
	p.Standings = p.Standings[from:]
	size := defaultStandings
	if asked := int(req.GetPageSize()); asked > 0 {
		size = min(asked, maxStandings)
	}
	if len(p.Standings) <= size {
		return
	}
	p.Standings = p.Standings[:size]
	p.Next = paging.Token(req, p.Standings[size-1].GetName())
}

func citedBy(standings []*commonv1.Standing) []string {
	var ids []string
	for _, s := range standings {
		ids = append(ids, s.GetSourceIds()...)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Word is an enum's value without its type's name before it, as "DEMENTIA_NURSING" of
// BED_TYPE_DEMENTIA_NURSING.
func Word(e protoreflect.Enum) string {
	value := e.Descriptor().Values().ByNumber(e.Number())
	if value == nil {
		return ""
	}
	zero := string(e.Descriptor().Values().Get(0).Name())
	return strings.TrimPrefix(string(value.Name()), strings.TrimSuffix(zero, "UNSPECIFIED"))
}

// ratings are what CQC's rating of a place is in a Standing, by its number in the protos
// of the markets that CQC rates.
var ratings = [...]commonv1.StandingRating{
	commonv1.StandingRating_STANDING_RATING_NONE_PUBLISHED,
	commonv1.StandingRating_STANDING_RATING_OUTSTANDING,
	commonv1.StandingRating_STANDING_RATING_GOOD,
	commonv1.StandingRating_STANDING_RATING_REQUIRES_IMPROVEMENT,
	commonv1.StandingRating_STANDING_RATING_INADEQUATE,
}

// Rated is CQC's rating of a place in a market that CQC rates; one without a rating, or
// with too little evidence for one, has none published.
func Rated(e protoreflect.Enum) commonv1.StandingRating {
	if n := int(e.Number()); n > 0 && n < len(ratings) {
		return ratings[n]
	}
	return commonv1.StandingRating_STANDING_RATING_NONE_PUBLISHED
}
