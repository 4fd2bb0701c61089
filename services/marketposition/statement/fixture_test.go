package statement

import (
	"testing"

	"github.com/caremarket/caremarket/pkg/geo"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/internal/fixture"
)

func district(t testing.TB, code geo.Code) Area {
	t.Helper()
	return DistrictArea(fixture.Atlas(t), code)
}

func authority(t testing.TB, code geo.Code) Area {
	t.Helper()
	atlas := fixture.Atlas(t)
	a, known := atlas.Authority(code)
	if !known {
		t.Fatalf("%s is not in the atlas", code)
	}
	return AuthorityArea(atlas, a)
}

// knownOf is what a server would read of the facts for an area.
func knownOf(t testing.TB, f *marketpositionv1.Facts, area Area) facts.Known {
	t.Helper()
	return fixture.KnownOf(t, f, codesOf(area)...)
}

func codesOf(area Area) []geo.Code {
	codes := make([]geo.Code, len(area.Districts))
	for i, d := range area.Districts {
		codes[i] = d.Code
	}
	return codes
}

// inputs are those of an area with all four markets answering, as public readers see them.
func inputs(t testing.TB, area Area) Inputs {
	t.Helper()
	f := fixture.Facts(t)
	return Inputs{
		Area: area, AsAt: fixture.Today.String(), KnownAt: fixture.KnownAt, Known: knownOf(t, f, area),
		Sources: fixture.SourcesOf(f), Answers: answersFor(area),
	}
}

// answersFor are all four markets answering for an area.
func answersFor(area Area) Answers {
	codes := codesOf(area)
	returns := fixture.Source("provider-return", commonv1.SourceKind_SOURCE_KIND_PROVIDER_RETURN)
	return Answers{
		CareHomes:       answer(area.Name, codes, fixture.IllustrativeSource, fixture.HomesOf),
		HomeCare:        answer(area.Name, codes, returns, fixture.HomeCareOf),
		HousingWithCare: answer(area.Name, codes, returns, fixture.HousingOf),
		Workforce:       answer(area.Name, codes, returns, fixture.StaffOf),
	}
}

func answer[C Capacity](area string, codes []geo.Code, from *commonv1.Source, of func(string, int, *commonv1.Source) C) Answer[C] {
	a := Answer[C]{State: fixture.Ready(), Total: of(area, len(codes), from)}
	for _, code := range codes {
		a.Each = append(a.Each, of(facts.DistrictPrefix+string(code), 1, from))
	}
	return a
}
