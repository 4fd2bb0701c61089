package statement

import (
	"testing"

	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	"github.com/caremarket/caremarket/services/marketposition/internal/fixture"
)

func TestAnAnswerAboutADistrictOfMany(t *testing.T) {
	a := answersFor(authority(t, fixture.Gloucestershire))
	one := a.Of("E07000083")
	if one.CareHomes.Total.GetName() != "districts/E07000083/careHomeCapacity" || len(one.HomeCare.Each) != 1 || !one.Complete() {
		t.Errorf("%v", one.CareHomes.Total.GetName())
	}
	if gone := a.Of("E07009999"); gone.Workforce.Answered() || gone.Complete() {
		t.Errorf("%v", gone.Workforce.State)
	}
	a.CareHomes = Answer[*carehomesv1.CareHomeCapacity]{State: Unavailable("it cannot be reached")}
	if one := a.Of("E07000083"); one.CareHomes.State.GetReason() != "it cannot be reached" {
		t.Errorf("%v", one.CareHomes.State)
	}
}
