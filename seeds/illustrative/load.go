package illustrative

import (
	"cmp"
	"io/fs"
	"slices"

	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/seeds"
	"github.com/caremarket/caremarket/seeds/internal/table"
)

// County reads the plan of Gloucestershire and of Leicester, Leicestershire and
// Rutland: 15 districts, 36 months. Files are laid out as Files is, facts as
// seeds.Files. The error names every fault by file, row and column, and every
// published total that the plan does not add up to.
func County(files, facts fs.FS) (Plan, error) { return load(files, facts, "county") }

// England reads the plan of all England's districts, for load tests: totals of the
// country, dealt to its districts by their people aged 75 and over.
func England(files, facts fs.FS) (Plan, error) { return load(files, facts, "england") }

func load(files, facts fs.FS, folder string) (Plan, error) {
	var faults table.Faults
	s := readSettings(&faults, files, folder)
	if err := faults.Err(); err != nil {
		return Plan{}, err // Without its months nothing else can be read.
	}
	england, err := seeds.LoadEngland(facts)
	if err != nil {
		return Plan{}, err
	}
	atlas, err := geo.NewAtlas(england.Geography, s.to)
	if err != nil {
		return Plan{}, err
	}
	p := Plan{
		Seed: s.seed, From: s.from, To: s.to, Counted: s.counted,
		calendar:  newCalendar(s.from, s.to, s.counted, s.settled),
		Sources:   readSources(&faults, files),
		rates:     loadRates(&faults, files),
		answering: readAnswering(&faults, files),
		seasons:   readSeasons(&faults, files),
		supplies:  readSupplies(&faults, files),
		employers: readEmployers(&faults, files),
	}
	planned := planner{atlas: atlas, people: england.Population, centres: readCentres(&faults, files)}
	p.Districts = planned.districts(&faults, files, folder)
	if _, err := fs.Stat(files, folder+"/zones.csv"); err == nil {
		p.Zones = readZones(&faults, files, folder+"/zones.csv")
	} else {
		p.Zones = halves(p.Districts)
	}
	if err := p.fileZones(); err != nil {
		faults.Add(err)
	}
	for _, total := range readTotals(&faults, files, folder) {
		if err := total.check(p.Districts); err != nil {
			faults.Add(err)
		}
	}
	return p, faults.Err()
}

// planner deals the rows of the sheets to districts.
type planner struct {
	atlas   *geo.Atlas
	people  []seeds.Population
	centres map[geo.Code]centre
}

// districts plans every district that a row speaks of, in order of code.
func (pl planner) districts(faults *table.Faults, files fs.FS, folder string) []District {
	planned := map[geo.Code]*District{}
	for _, s := range []*sheet{careHomes, homeCare, housing} {
		table.Read(faults, files, folder+"/"+s.name+".csv", s.headings(), func(row table.Row) struct{} {
			kind, area := row.OneOf("kind", s.kinds...), row.Code("area")
			within := pl.within(area, planned)
			if len(within) == 0 {
				row.Fault("area", "%q has no districts", area)
			}
			weights := make([]int, len(within))
			for i, d := range within {
				weights[i] = d.Aged75
			}
			for i, part := range s.deal(s.read(row), weights) {
				within[i].file(row, s, kind, part)
			}
			return struct{}{}
		})
	}
	var all []District
	for _, d := range pl.atlas.Districts() {
		if district, ok := planned[d.Code]; ok {
			all = append(all, *district)
		}
	}
	nameOffices(all)
	return all
}

func (d *District) file(row table.Row, s *sheet, kind string, part counts) {
	if d.counts[s] == nil {
		d.counts[s] = map[string]counts{}
	}
	if d.counts[s][kind] != nil {
		row.Fault("kind", "%s of %s is planned in an earlier row too", kind, d.Name)
	}
	d.counts[s][kind] = part
}

// within finds the districts of an area, each planned once.
func (pl planner) within(area geo.Code, planned map[geo.Code]*District) []*District {
	var found []*District
	for _, in := range pl.atlas.DistrictsOf(area) {
		d, ok := planned[in.Code]
		if !ok {
			council, _ := pl.atlas.AuthorityOf(in.Code)
			d = &District{
				Code: in.Code, Name: in.Name, Authority: council.Code, AuthorityName: council.Name,
				centre: pl.centres[in.Code], neighbours: pl.neighbours(in), counts: map[*sheet]map[string]counts{},
			}
			for _, people := range pl.people {
				if people.District == in.Code {
					d.Aged65, d.Aged75 = people.AtLeast(65), people.AtLeast(75)
				}
			}
			planned[in.Code] = d
		}
		found = append(found, d)
	}
	return found
}

// neighbourCount is how many councils nearby place people in a district.
const neighbourCount = 4

// neighbours lists the nearest other councils, by the centres of their districts.
func (pl planner) neighbours(of geo.District) []geo.Code {
	at, apart := pl.centres[of.Code], map[geo.Code]int64{}
	for _, d := range pl.atlas.Districts() {
		distance := at.apart(pl.centres[d.Code])
		if nearest, known := apart[d.Authority]; !known || distance < nearest {
			apart[d.Authority] = distance
		}
	}
	var councils []geo.Code
	for _, council := range pl.atlas.Authorities() {
		if council.Code != of.Authority {
			councils = append(councils, council.Code)
		}
	}
	slices.SortStableFunc(councils, func(a, b geo.Code) int { return cmp.Compare(apart[a], apart[b]) })
	return councils[:min(neighbourCount, len(councils))]
}

// nameOffices puts each council's intermediate care in the district of its most
// people aged 75 and over.
func nameOffices(all []District) {
	office, aged75 := map[geo.Code]int{}, map[geo.Code]int{}
	for i, d := range all {
		aged75[d.Authority] += d.Aged75
		if at, ok := office[d.Authority]; !ok || d.Aged75 > all[at].Aged75 {
			office[d.Authority] = i
		}
	}
	for i := range all {
		all[i].runsIntermediateCare = office[all[i].Authority] == i
		all[i].councilAged75 = aged75[all[i].Authority]
	}
}
