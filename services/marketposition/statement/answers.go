package statement

import (
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
	housingwithcarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/housingwithcare/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
	"github.com/caremarket/caremarket/services/marketposition/facts"
)

// The names of the services, in the order in which a statement lists them after this one.
const (
	OwnService             = "marketposition"
	CareHomesService       = "carehomes"
	HomeCareService        = "homecare"
	HousingWithCareService = "housingwithcare"
	WorkforceService       = "workforce"
)

// Capacity is what any market says of an area.
type Capacity interface {
	proto.Message
	// GetName is the area's name and the market's.
	GetName() string
	// GetRevision is the newest commit that it rests on.
	GetRevision() int64
	// GetSources are those that its figures name.
	GetSources() []*commonv1.Source
	// GetIllustrative is true when anything in it is made up.
	GetIllustrative() bool
}

// Answer is what a market said, or that it did not.
type Answer[C Capacity] struct {
	State *marketpositionv1.SectionState
	// Each are the districts of an authority in order of code; of a district, itself.
	Each []C
	// Total is all of them as one, or the district itself. Without an answer it is nil.
	Total C
}

// Answered reports whether there is something to show.
func (a Answer[C]) Answered() bool {
	switch a.State.GetAvailability() {
	case marketpositionv1.Availability_AVAILABILITY_AVAILABLE, marketpositionv1.Availability_AVAILABILITY_STALE:
		return true
	default:
		return false
	}
}

// Available reports whether the market answered now.
func (a Answer[C]) Available() bool {
	return a.State.GetAvailability() == marketpositionv1.Availability_AVAILABILITY_AVAILABLE
}

// Of is the answer about one of the districts of an authority.
func (a Answer[C]) Of(district string) Answer[C] {
	if !a.Answered() {
		return a
	}
	at := slices.IndexFunc(a.Each, func(c C) bool { return areaOf(c) == facts.DistrictPrefix+district })
	if at < 0 {
		return Answer[C]{State: Unavailable("it said nothing of this district")}
	}
	return Answer[C]{State: a.State, Each: a.Each[at : at+1], Total: a.Each[at]}
}

// Answers are what the four markets said.
type Answers struct {
	CareHomes       Answer[*carehomesv1.CareHomeCapacity]
	HomeCare        Answer[*homecarev1.HomeCareCapacity]
	HousingWithCare Answer[*housingwithcarev1.HousingWithCareCapacity]
	Workforce       Answer[*workforcev1.WorkforceCapacity]
	// Placements say where an authority's residents are; of a district they are not asked.
	Placements Answer[*carehomesv1.Placements]
}

// Of are the answers about one of the districts of an authority.
func (a Answers) Of(district string) Answers {
	return Answers{
		CareHomes: a.CareHomes.Of(district), HomeCare: a.HomeCare.Of(district),
		HousingWithCare: a.HousingWithCare.Of(district), Workforce: a.Workforce.Of(district),
	}
}

// Complete reports whether every market answered now.
func (a Answers) Complete() bool {
	return a.CareHomes.Available() && a.HomeCare.Available() && a.HousingWithCare.Available() && a.Workforce.Available()
}

// Unavailable is the state of a market that did not answer, and why.
func Unavailable(reason string) *marketpositionv1.SectionState {
	return &marketpositionv1.SectionState{
		Availability: marketpositionv1.Availability_AVAILABILITY_UNAVAILABLE, Reason: reason,
	}
}

// areaOf is the area that a capacity speaks of: districts/{code} or authorities/{code}.
func areaOf(c Capacity) string {
	at := strings.LastIndexByte(c.GetName(), '/')
	if at < 0 {
		return ""
	}
	return c.GetName()[:at]
}
