package marketposition

import (
	"cmp"
	"os"
	"slices"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/period"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

const (
	gloucestershire = geo.Code("E10000013")
	stroud          = geo.Code("E07000082")
	tewkesbury      = geo.Code("E07000083")
	leicester       = geo.Code("E06000016")
	rutland         = geo.Code("E06000017")
	southWest       = geo.Code("E12000009")
	eastMidlands    = geo.Code("E12000004")
)

// The day and the moment that the tests ask about.
var today = period.NewDate(2026, 10, 31)

const knownAt = 1_793_000_000_000_000

// atlas is Gloucestershire with its six districts, and two unitaries. A former district
// became part of Stroud, another was divided.
func atlas(t testing.TB) *geo.Atlas {
	t.Helper()
	tables := geo.Tables{
		Regions: []geo.Region{{Code: southWest, Name: "South West"}, {Code: eastMidlands, Name: "East Midlands"}},
		Authorities: []geo.Authority{
			{Code: gloucestershire, Name: "Gloucestershire", Region: southWest},
			{Code: leicester, Name: "Leicester", Region: eastMidlands},
			{Code: rutland, Name: "Rutland", Region: eastMidlands},
		},
		Districts: []geo.District{
			{Code: leicester, Name: "Leicester", Authority: leicester, Region: eastMidlands, Hectares: 7333.99},
			{Code: rutland, Name: "Rutland", Authority: rutland, Region: eastMidlands, Hectares: 38181.7},
		},
		Successions: []geo.Succession{
			{From: "E07009982", To: stroud, Name: "Old Stroud", On: period.NewDate(2020, 4, 1)},
			{From: "E07009990", To: stroud, Name: "Divided", On: period.NewDate(2020, 4, 1)},
			{From: "E07009990", To: tewkesbury, Name: "Divided", On: period.NewDate(2020, 4, 1)},
		},
		Outcodes: []geo.OutcodeCount{{Outcode: "GL5", District: stroud, Postcodes: 90}, {Outcode: "GL5", District: tewkesbury, Postcodes: 10}},
	}
	for i, name := range []string{"Cheltenham", "Cotswold", "Forest of Dean", "Gloucester", "Stroud", "Tewkesbury"} {
		code := geo.Code([]string{"E07000078", "E07000079", "E07000080", "E07000081", "E07000082", "E07000083"}[i])
		tables.Districts = append(tables.Districts, geo.District{
			Code: code, Name: name, Authority: gloucestershire, Region: southWest, Hectares: 46000,
		})
	}
	a, err := geo.NewAtlas(tables, today)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// facts are those of the seeds for these places, as they stood when the file was written.
func facts(t testing.TB) *marketpositionv1.Facts {
	t.Helper()
	text, err := os.ReadFile("testdata/facts.json")
	if err != nil {
		t.Fatal(err)
	}
	f := &marketpositionv1.Facts{}
	if err := protojson.Unmarshal(text, f); err != nil {
		t.Fatal(err)
	}
	return f
}

// knownOf is what a server would read of the facts for an area.
func knownOf(t testing.TB, f *marketpositionv1.Facts, area Area) Known {
	t.Helper()
	s := &Server{atlas: atlas(t)}
	k := Known{Revision: 1}
	all := factsOf(f)
	slices.SortFunc(all, func(a, b fact) int { return cmp.Compare(a.id, b.id) })
	for _, one := range all {
		districts := s.districtsOf(one.areas)
		concerned := false
		for _, d := range districts {
			concerned = concerned || area.includes(d)
		}
		if !concerned {
			continue
		}
		entry, err := one.entry(districts)
		if err != nil {
			t.Fatal(err)
		}
		entry.Revision = 1
		if err := k.add(entry); err != nil {
			t.Fatal(err)
		}
	}
	return k
}

func sourcesOf(f *marketpositionv1.Facts) figure.Sources {
	all := figure.Sources{}
	for _, source := range f.GetSources() {
		all[source.GetId()] = source
	}
	return all
}

func district(t testing.TB, code geo.Code) Area {
	t.Helper()
	area, err := (&Server{atlas: atlas(t)}).district(string(code))
	if err != nil {
		t.Fatal(err)
	}
	return area
}

func authority(t testing.TB, code geo.Code) Area {
	t.Helper()
	area, err := (&Server{atlas: atlas(t)}).authority(string(code))
	if err != nil {
		t.Fatal(err)
	}
	return area
}

// inputs are those of an area with all four markets answering, as public readers see them.
func inputs(t testing.TB, area Area) Inputs {
	t.Helper()
	f := facts(t)
	in := Inputs{Area: area, AsAt: today.String(), KnownAt: knownAt, Known: knownOf(t, f, area), Sources: sourcesOf(f)}
	in.Answers = answersFor(area)
	return in
}

var illustrativeSource = &commonv1.Source{
	Id: "illustrative-market", Kind: commonv1.SourceKind_SOURCE_KIND_ILLUSTRATIVE, Title: "Made up to show how the system works",
}

func source(id string, kind commonv1.SourceKind) *commonv1.Source {
	return &commonv1.Source{Id: id, Kind: kind, Title: "Title of " + id}
}

// value is a figure's value, or the test ends.
func value(t testing.TB, f *commonv1.Figure) float64 {
	t.Helper()
	v, ok := figure.Value(f)
	if !ok {
		t.Fatalf("the figure has no value: %v", f)
	}
	return v
}

// encoded is a message as it is kept and sent.
func encoded(t testing.TB, m proto.Message) []byte {
	t.Helper()
	b, err := keep.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func maskOf(paths ...string) *fieldmaskpb.FieldMask { return &fieldmaskpb.FieldMask{Paths: paths} }
