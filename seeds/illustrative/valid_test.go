package illustrative_test

import (
	"encoding/csv"
	"io"
	"io/fs"
	"iter"
	"math"
	"os"
	"regexp"
	"strings"
	"testing"

	"buf.build/go/protovalidate"
	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/geo"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	"github.com/caremarket/caremarket/seeds"
	"github.com/caremarket/caremarket/seeds/illustrative"
)

// place is what the entries of all registers have in common.
type place interface {
	proto.Message
	GetName() string
	GetTitle() string
	GetProvider() string
	GetProviderTitle() string
	GetBrand() string
	GetDistrict() string
	GetLatitude() float64
	GetLongitude() float64
	GetPostcode() string
	GetSourceId() string
}

func places(m *illustrative.Market) []place {
	var all []place
	for _, p := range m.CareHomes {
		all = append(all, p)
	}
	for _, p := range m.Branches {
		all = append(all, p)
	}
	for _, p := range m.Schemes {
		all = append(all, p)
	}
	for _, p := range m.Employers {
		all = append(all, p)
	}
	return all
}

// checkAll checks every n-th message by the rules that stand in the proto.
func checkAll[M proto.Message](t *testing.T, what string, messages iter.Seq[M], nth int) {
	t.Helper()
	read, faults := 0, 0
	for m := range messages {
		read++
		if read%nth != 0 || faults > 5 {
			continue
		}
		if err := protovalidate.Validate(m); err != nil {
			faults++
			t.Errorf("%s %d: %v", what, read, err)
		}
	}
	if read == 0 {
		t.Errorf("there are no %s", what)
	}
}

// of takes the return out of each request, since a request does not check it.
func of[Q any, R proto.Message](requests iter.Seq[Q], inner func(Q) R) iter.Seq[R] {
	return func(yield func(R) bool) {
		for req := range requests {
			if !yield(inner(req)) {
				return
			}
		}
	}
}

func checkMarket(t *testing.T, m *illustrative.Market, nth int) {
	checkAll(t, "sources", each(m.Sources), 1)
	checkAll(t, "zones", each(m.Zones), 1)
	checkAll(t, "places", each(places(m)), nth)
	checkAll(t, "care home requests", m.CareHomeReturns(), nth)
	checkAll(t, "care home returns", of(m.CareHomeReturns(), homeReturn), nth)
	checkAll(t, "branch requests", m.BranchReturns(), nth)
	checkAll(t, "branch returns", of(m.BranchReturns(), branchReturn), nth)
	checkAll(t, "scheme requests", m.SchemeReturns(), nth)
	checkAll(t, "scheme returns", of(m.SchemeReturns(), schemeReturn), nth)
	checkAll(t, "employer requests", m.EmployerReturns(), nth)
	checkAll(t, "employer returns", of(m.EmployerReturns(), employerReturn), nth)
}

func TestTheCountyIsValid(t *testing.T) {
	_, market := county(t)
	checkMarket(t, market, 1)
}

func TestEnglandIsValid(t *testing.T) {
	checkMarket(t, generate(t, someOfEngland(t, 37)), 7)
}

func TestEverythingSaysThatItIsIllustrative(t *testing.T) {
	_, market := county(t)
	known := map[string]bool{}
	for _, s := range market.Sources {
		known[s.GetId()] = true
		if s.GetKind() != commonv1.SourceKind_SOURCE_KIND_ILLUSTRATIVE || !strings.Contains(strings.ToLower(s.GetTitle()), "illustrative") {
			t.Errorf("source %s does not say that it is illustrative: %s, %q", s.GetId(), s.GetKind(), s.GetTitle())
		}
	}
	for _, p := range places(market) {
		for _, title := range []string{p.GetTitle(), p.GetProviderTitle(), p.GetBrand()} {
			if title != "" && !strings.HasPrefix(title, "Illustrative ") {
				t.Errorf("%s has the name %q", p.GetName(), title)
			}
		}
		if !known[p.GetSourceId()] || p.GetPostcode() != "" {
			t.Errorf("%s: source %q, postcode %q", p.GetName(), p.GetSourceId(), p.GetPostcode())
		}
	}
	for _, z := range market.Zones {
		if !known[z.GetSourceId()] || !strings.HasPrefix(z.GetTitle(), "Illustrative ") {
			t.Errorf("%s: source %q, title %q", z.GetName(), z.GetSourceId(), z.GetTitle())
		}
	}
	for req := range market.CareHomeReturns() {
		if !known[req.GetCareHomeReturn().GetSourceId()] {
			t.Fatalf("%s names the source %q", req.GetParent(), req.GetCareHomeReturn().GetSourceId())
		}
	}
}

func TestPlacesAndRequestsHaveIdsOfTheirOwn(t *testing.T) {
	for name, plan := range map[string]illustrative.Plan{"county": first(county(t)), "england": someOfEngland(t, 10)} {
		market := generate(t, plan)
		own := regexp.MustCompile(`^(careHomes|homeCareBranches|employers)/1-9\d{14}$|^(housingSchemes/hs|homeCareBranches/oc|employers/em)-illustrative-`)
		provider := regexp.MustCompile(`^providers/(1-9\d{14}$|(oc|ll|em)-illustrative-)`)
		seen := map[string]bool{}
		for _, p := range places(market) {
			if !own.MatchString(p.GetName()) || !provider.MatchString(p.GetProvider()) {
				t.Errorf("%s: %s of %s is not of the reserved ids", name, p.GetName(), p.GetProvider())
			}
			if seen[p.GetName()] {
				t.Errorf("%s: %s stands twice", name, p.GetName())
			}
			seen[p.GetName()] = true
		}
	}
	_, market := county(t)
	requests := map[string]bool{}
	unique := func(id string) {
		if requests[id] {
			t.Errorf("request id %s stands twice", id)
		}
		requests[id] = true
	}
	for req := range market.CareHomeReturns() {
		unique(req.GetRequestId())
	}
	for req := range market.BranchReturns() {
		unique(req.GetRequestId())
	}
	for req := range market.SchemeReturns() {
		unique(req.GetRequestId())
	}
	for req := range market.EmployerReturns() {
		unique(req.GetRequestId())
	}
}

func first[A, B any](a A, _ B) A { return a }

// publishedData returns the publishers' own files, which lie beside the project.
func publishedData(t *testing.T) fs.FS {
	t.Helper()
	const beside = "../../../shared/data"
	if _, err := os.Stat(beside); err != nil {
		t.Skip("the published files are not beside the project, at ../shared/data")
	}
	return os.DirFS(beside)
}

// CQC's own ids have at most eleven digits, and fifteen that begin with 9 are ours.
func TestNoRealPlaceHasAnIllustrativeId(t *testing.T) {
	files, err := fs.Glob(publishedData(t), "cqc/*.csv")
	if err != nil {
		t.Fatal(err)
	}
	id := regexp.MustCompile(`^1-\d+$`)
	read := 0
	for _, name := range files {
		file, err := publishedData(t).Open(name)
		if err != nil {
			t.Fatal(err)
		}
		rows := csv.NewReader(file)
		rows.FieldsPerRecord = -1
		for {
			cells, err := rows.Read()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for _, cell := range cells {
				if id.MatchString(cell) {
					read++
					if len(cell) > len("1-")+11 {
						t.Errorf("%s: %s has more digits than CQC was thought to use", name, cell)
					}
				}
			}
		}
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if read < 1000 {
		t.Errorf("only %d ids were read", read)
	}
}

// Every circle lies within its district, and so every place in the district it names.
func TestPlacesStandInTheirDistricts(t *testing.T) {
	outlines, err := fs.ReadFile(publishedData(t), "boundaries/geographr_boundaries_ltla24_england.geojson")
	if err != nil {
		t.Fatal(err)
	}
	plan := england(t)
	atlas, err := seeds.Atlas(seeds.Files(), plan.To)
	if err != nil {
		t.Fatal(err)
	}
	boundaries, err := geo.ParseBoundaries(outlines, atlas)
	if err != nil {
		t.Fatal(err)
	}
	locator := geo.NewLocator(atlas, boundaries)
	outside := map[string]int{}
	stands := map[string]int{}
	for _, p := range places(generate(t, plan)) {
		stands[p.GetDistrict()]++
		if stands[p.GetDistrict()]%5 != 0 {
			continue // A fifth of England's places is enough to fill every circle.
		}
		at := geo.Point{Latitude: p.GetLatitude(), Longitude: p.GetLongitude()}
		placement, err := locator.Place(at, "")
		if err != nil || "districts/"+string(placement.District) != p.GetDistrict() || placement.Method != geo.ByBoundary {
			outside[p.GetDistrict()]++
		}
	}
	for district, n := range outside {
		t.Errorf("%d places of %s stand outside it", n, district)
	}
}

func TestCoordinatesAreSpreadAndWrittenToTheMillionth(t *testing.T) {
	_, market := county(t)
	at := map[geo.Point]bool{}
	for _, h := range market.CareHomes {
		for _, degrees := range []float64{h.GetLatitude(), h.GetLongitude()} {
			if degrees != math.Round(degrees*1e6)/1e6 || degrees == 0 {
				t.Errorf("%s stands at %v", h.GetName(), degrees)
			}
		}
		if h.GetPredecessor() == "" {
			point := geo.Point{Latitude: h.GetLatitude(), Longitude: h.GetLongitude()}
			if at[point] {
				t.Errorf("%s stands where another does, at %s", h.GetName(), point)
			}
			at[point] = true
		}
	}
}
