package illustrative

import (
	"fmt"
	"strings"

	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
)

// roles are the role groups in order, by which staff are counted.
var roles = [...]workforcev1.RoleGroup{
	workforcev1.RoleGroup_ROLE_GROUP_REGISTERED_NURSE, workforcev1.RoleGroup_ROLE_GROUP_CARE_WORKER,
	workforcev1.RoleGroup_ROLE_GROUP_SENIOR_CARE_WORKER, workforcev1.RoleGroup_ROLE_GROUP_REGISTERED_MANAGER,
	workforcev1.RoleGroup_ROLE_GROUP_OTHER,
}

// employer is a workplace with what its returns are made from.
type employer struct {
	entry  *workforcev1.Employer
	life   life
	stream string
	// staff are permanent and temporary staff by role in the counted month.
	staff [len(roles)]int
}

// staffOf splits care staff: one in six is a senior.
func staffOf(f staffing) [len(roles)]int {
	seniors := f.carers / 6
	return [len(roles)]int{f.nurses, f.carers - seniors, seniors, 1, f.others}
}

// employersOf makes a district's employers: one of every home and branch that
// operates, under the same id, and services of other kinds.
func (p *Plan) employersOf(d District, homes []home, branches []branch) []employer {
	var all []employer
	for _, h := range homes {
		if !h.entry.GetDormant() {
			all = append(all, p.homeEmployer(h))
		}
	}
	for _, b := range branches {
		if !b.entry.GetDormant() && b.market == homeCare.name {
			all = append(all, p.branchEmployer(b))
		}
	}
	for _, kind := range p.employers {
		s := newStream(p.Seed, "employers", string(d.Code), kind.word)
		for n := 1; n <= s.ratio(kind.employers*d.Aged75, 100_000); n++ {
			all = append(all, p.otherEmployer(d, kind, n))
		}
	}
	return all
}

func (p *Plan) homeEmployer(h home) employer {
	service := workforcev1.ServiceType_SERVICE_TYPE_CARE_HOME_WITHOUT_NURSING
	if h.kind == olderNursing || h.kind == workingAgeNursing {
		service = workforcev1.ServiceType_SERVICE_TYPE_CARE_HOME_WITH_NURSING
	}
	e := h.entry
	return employer{
		life: h.life, stream: h.stream, staff: staffOf(p.record(h).staff),
		entry: &workforcev1.Employer{
			Name: employerName(e.GetName()), Title: e.GetTitle(), MainService: service,
			Provider: e.GetProvider(), ProviderTitle: e.GetProviderTitle(), Brand: e.GetBrand(),
			District: e.GetDistrict(), Placement: stated(), Address: e.GetAddress(),
			Latitude: e.Latitude, Longitude: e.Longitude,
			OpenedOn: e.GetRegisteredOn(), ClosedOn: e.GetDeregisteredOn(),
			Predecessor: employerName(e.GetPredecessor()), SourceId: registerSource,
		},
	}
}

func (p *Plan) branchEmployer(b branch) employer {
	service := workforcev1.ServiceType_SERVICE_TYPE_HOME_CARE
	if b.cases != nil {
		service = workforcev1.ServiceType_SERVICE_TYPE_INTERMEDIATE_CARE
	}
	e := b.entry
	return employer{
		life: b.life, stream: b.stream, staff: staffOf(p.branchRecord(b).staff),
		entry: &workforcev1.Employer{
			Name: employerName(e.GetName()), Title: e.GetTitle(), MainService: service,
			Provider: e.GetProvider(), ProviderTitle: e.GetProviderTitle(), Brand: e.GetBrand(),
			District: e.GetDistrict(), Placement: stated(), Address: e.GetAddress(),
			Latitude: e.Latitude, Longitude: e.Longitude,
			OpenedOn: e.GetRegisteredOn(), ClosedOn: e.GetDeregisteredOn(),
			Predecessor: employerName(e.GetPredecessor()), SourceId: registerSource,
		},
	}
}

// employerName is the employer of a home or branch, under the same id.
func employerName(place string) string {
	_, id, found := strings.Cut(place, "/")
	if !found {
		return ""
	}
	return "employers/" + id
}

func (p *Plan) otherEmployer(d District, kind employerKind, number int) employer {
	id := ownID("em", d.Code, strings.ReplaceAll(kind.word, "_", "-")+"-", number)
	s := newStream(p.Seed, "employer", id)
	title := fmt.Sprintf("Illustrative %s %02d, %s", strings.ReplaceAll(kind.word, "_", " "), number, d.Name)
	l := p.longOpen(s)
	staff := s.between(kind.staffLow, kind.staffHigh)
	e := employer{
		life: l, stream: id,
		staff: staffOf(staffing{carers: staff * 4 / 5, others: staff / 5}),
		entry: &workforcev1.Employer{
			Name: "employers/" + id, Title: title, MainService: kind.service,
			Provider: "providers/" + id, ProviderTitle: title,
			District: "districts/" + string(d.Code), Placement: stated(),
			OpenedOn: l.opens.String(), SourceId: registerSource,
		},
	}
	e.entry.Latitude, e.entry.Longitude = d.centre.point(s)
	return e
}
