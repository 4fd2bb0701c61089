package workforce

import (
	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/period"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
)

const (
	roleCount     = int(workforcev1.RoleGroup_ROLE_GROUP_OTHER)
	serviceCount  = int(workforcev1.ServiceType_SERVICE_TYPE_OTHER)
	ageCount      = int(workforcev1.AgeBand_AGE_BAND_65_PLUS)
	trainingCount = int(workforcev1.Training_TRAINING_DIGITAL)
	dsptCount     = int(workforcev1.DsptStatus_DSPT_STATUS_STANDARDS_EXCEEDED)
)

// group is one way of looking at the posts of an area: all of them, those of a role
// group, or those of the employers of a main service.
type group int

const (
	everyone   group = 0
	groupCount       = group(1 + roleCount + serviceCount)
)

// ofRole and ofService put what is not known here with the others.
func ofRole(r workforcev1.RoleGroup) group {
	return group(index(int(r), roleCount, roleCount))
}

func ofService(s workforcev1.ServiceType) group {
	return group(roleCount + index(int(s), serviceCount, serviceCount))
}

// index is n when it is 1 to most, else another.
func index(n, most, another int) int {
	if n < 1 || n > most {
		return another
	}
	return n
}

// count is an area added up, before anything is hidden.
type count struct {
	employers int
	groups    [groupCount]posts
	// ages and training count staff; the first of each is nobody.
	ages         [ageCount + 1]int
	agesFrom     int
	training     [trainingCount + 1]int
	trainingFrom int
	// trainingOf is the staff of the employers that return training.
	trainingOf int
	// dspt counts employers; the first are those that do not say.
	dspt                  [dsptCount + 1]int
	digital, digitalFrom  int
	setAside, doubtful    int
	continued, incomplete int
	register              figure.Tally
}

// tally adds up the employers of a district that are open on a day.
func tally(day period.Date, employers []Standing) *count {
	c := &count{}
	byName := make(map[string]*Standing, len(employers))
	for i := range employers {
		byName[employers[i].Place.GetName()] = &employers[i]
	}
	for _, s := range employers {
		if !openOn(s.Place, day.String()) {
			continue
		}
		if before := byName[s.Place.GetPredecessor()]; !s.Returned && before != nil && before.Returned {
			s.Returned, s.Return, s.AsAt, s.Source = true, before.Return, before.AsAt, before.Source
			c.continued++
		}
		c.addEmployer(day, s)
	}
	return c
}

func (c *count) addEmployer(day period.Date, s Standing) {
	e := s.Place
	c.employers++
	c.register.Expect(1)
	c.register.Answer(asKnown(e), false, s.PlaceSource)
	if e.GetPlacement().GetDoubt() != "" {
		c.doubtful++
	}
	if s.SetAside {
		c.setAside++
	}
	said, err := period.Parse(s.AsAt)
	stale := err == nil && period.Stale(said, day)
	answer := func(t *figure.Tally) {
		t.Expect(1)
		t.Rest(s.PlaceSource)
		if s.Returned {
			t.Answer(s.AsAt, stale, s.Source)
		}
	}
	// All role groups are asked of every employer: a return without a row has no such posts.
	for g := everyone; g <= ofRole(workforcev1.RoleGroup_ROLE_GROUP_OTHER); g++ {
		answer(&c.groups[g].answers)
	}
	service := ofService(e.GetMainService())
	answer(&c.groups[service].answers)
	if s.Returned {
		c.addReturn(service, s.Return)
	}
}

func asKnown(e *workforcev1.Employer) string {
	return e.GetRecordedAt().AsTime().Format("2006-01-02")
}

func (c *count) addReturn(service group, r *workforcev1.EmployerReturn) {
	rows := r.GetRoles()
	c.groups[everyone].add(rows)
	c.groups[service].add(rows)
	staff, complete := 0, true
	for i, row := range rows {
		c.groups[ofRole(row.GetRole())].add(rows[i : i+1])
		staff += staffOf(row)
		for q := range quantities {
			_, given := q.of(row)
			complete = complete && (given || !q.owed(row))
		}
	}
	if !complete {
		c.incomplete++
	}
	if len(r.GetAgeBands()) > 0 {
		c.agesFrom++
		for _, band := range r.GetAgeBands() {
			c.ages[index(int(band.GetAgeBand()), ageCount, 0)] += int(band.GetStaff())
		}
	}
	if len(r.GetTraining()) > 0 {
		c.trainingFrom++
		c.trainingOf += staff
		for _, t := range r.GetTraining() {
			c.training[index(int(t.GetTraining()), trainingCount, 0)] += int(t.GetStaff())
		}
	}
	c.dspt[index(int(r.GetDsptStatus()), dsptCount, 0)]++
	if r.DigitalSocialCareRecords != nil {
		c.digitalFrom++
		if r.GetDigitalSocialCareRecords() {
			c.digital++
		}
	}
}

// add adds another district's count: an authority is the sum of its districts.
func (c *count) add(o *count) {
	c.employers += o.employers
	for g := range c.groups {
		c.groups[g].join(&o.groups[g])
	}
	addEach(c.ages[:], o.ages[:])
	addEach(c.training[:], o.training[:])
	addEach(c.dspt[:], o.dspt[:])
	c.agesFrom += o.agesFrom
	c.trainingFrom += o.trainingFrom
	c.trainingOf += o.trainingOf
	c.digital += o.digital
	c.digitalFrom += o.digitalFrom
	c.setAside += o.setAside
	c.doubtful += o.doubtful
	c.continued += o.continued
	c.incomplete += o.incomplete
	c.register.Add(&o.register)
}

func addEach(sums, more []int) {
	for i := range sums {
		sums[i] += more[i]
	}
}

// returns are the answers of all employers.
func (c *count) returns() *figure.Tally { return &c.groups[everyone].answers }

func (c *count) dsptFrom() int { return c.returns().Responding() - c.dspt[0] }

func (c *count) illustrative() bool {
	return c.returns().Basis("").Illustrative || c.register.Basis("").Illustrative
}
