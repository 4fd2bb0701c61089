package illustrative

import (
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/caremarket/caremarket/pkg/geo"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// The first digits of illustrative ids, which have the form of CQC's and fifteen
// digits: 9, what it is, the eight digits of the district, and a number within it.
// CQC's own count up from 1 and have reached eleven.
const (
	homeIDs           = "1-91"
	branchIDs         = "1-92"
	homeProviderIDs   = "1-93"
	branchProviderIDs = "1-94"
	groupIDs          = "1-95"
)

// nationwide stands for the district of what belongs to none.
const nationwide = geo.Code("E00000000")

func placeID(first string, district geo.Code, number int) string {
	return fmt.Sprintf("%s%s%05d", first, string(district)[1:], number)
}

// ownID is the id of a place that CQC does not register.
func ownID(prefix string, district geo.Code, what string, number int) string {
	return fmt.Sprintf("%s-illustrative-%s-%s%03d", prefix, strings.ToLower(string(district)), what, number)
}

// stated says that a place's district was told by whoever registered it.
func stated() *commonv1.Placement {
	return &commonv1.Placement{Method: commonv1.PlacementMethod_PLACEMENT_METHOD_STATED}
}

// Metres of a degree. A degree of longitude is nowhere in England longer than on its
// south end, at 49.9 degrees north; farther north the same metres are given too few
// degrees, which keeps points inside the circle.
const (
	metresOfLatitude  = 111_200
	metresOfLongitude = 71_700
)

// point draws a point within the circle.
func (c centre) point(s *stream) (latitude, longitude *float64) {
	for {
		north, east := s.between(-c.radius, c.radius), s.between(-c.radius, c.radius)
		if int64(north)*int64(north)+int64(east)*int64(east) > int64(c.radius)*int64(c.radius) {
			continue
		}
		return degrees(c.latitude + inMillionths(north, metresOfLatitude)), degrees(c.longitude + inMillionths(east, metresOfLongitude))
	}
}

func inMillionths(metres, ofDegree int) int { return int(int64(metres) * 1_000_000 / int64(ofDegree)) }

// degrees is exact to the last bit everywhere: one division of whole numbers.
func degrees(millionths int) *float64 {
	d := float64(millionths) / 1e6
	return &d
}

// apart compares distances: the square of millionths of a degree of latitude, with
// longitude at five eighths of that, as it is at 51 degrees north.
func (c centre) apart(o centre) int64 {
	north, east := int64(c.latitude-o.latitude), int64(c.longitude-o.longitude)*5/8
	return north*north + east*east
}

// provider is who runs a place.
type provider struct{ id, title, brand string }

// groupCount is how many groups work nationwide; the first is the largest.
const groupCount = 24

// group draws one of the groups that run care homes and home care branches. The n-th
// largest is drawn half as often as the first when n is 5, a quarter when it is 13.
func group(s *stream) provider {
	const most, flattening = 840, 3
	weights := make([]int, groupCount)
	for i := range weights {
		weights[i] = most / (i + 1 + flattening)
	}
	n := s.pick(weights...) + 1
	// Some groups run their places through two companies.
	company := 1
	if n%3 == 0 {
		company += s.below(2)
	}
	title := fmt.Sprintf("Illustrative Care Group %02d", n)
	return provider{
		id:    "providers/" + placeID(groupIDs, nationwide, 10*n+company),
		title: fmt.Sprintf("%s Company %d", title, company),
		brand: title,
	}
}

// local draws one of the providers of a district, of which there are three to every
// five places.
func local(s *stream, ids, what string, d District, places int) provider {
	n := 1 + s.below(max(1, places*3/5))
	return provider{
		id:    "providers/" + placeID(ids, d.Code, n),
		title: fmt.Sprintf("Illustrative %s Provider %02d, %s", what, n, d.Name),
	}
}

// buyer is a provider of a district that bought its first place there.
func buyer(ids, what string, d District, number int) provider {
	const firstBuyer = 500
	return provider{
		id:    "providers/" + placeID(ids, d.Code, firstBuyer+number),
		title: fmt.Sprintf("Illustrative %s Provider %d, %s", what, firstBuyer+number, d.Name),
	}
}

// namespace is what the request ids of returns are named under.
var namespace = uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://github.com/caremarket/caremarket/seeds/illustrative"))

// requestID is the same whenever the same plan makes the same return. Turn is 1 for
// the first return of a day, 2 for its correction.
func (p *Plan) requestID(place string, e entry, turn int) string {
	return uuid.NewSHA1(namespace, fmt.Appendf(nil, "%d/%s/%s/%d", p.Seed, place, e.on, turn)).String()
}
