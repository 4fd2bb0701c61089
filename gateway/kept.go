package gateway

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/cache"
	"github.com/caremarket/caremarket/pkg/revision"
)

// kept holds encoded answers about districts and authorities. An answer is kept with the
// revisions that it says it rests on, and given while the trackers know of none newer.
type kept struct {
	cache    *cache.Cache
	audience audience.Audience
	now      func() time.Time
	// topics are what is kept, by collection and the rest of the path.
	topics map[string]map[string]*topic
	// districts are those of each authority.
	districts map[string][]string
}

// topic is a kind of answer.
type topic struct {
	template string
	services []string
	trackers []*revision.Tracker
	// anywhere is a service of which a commit in any district may change the answer; "" for
	// none.
	anywhere string
}

func newKept(c Config, routes routes) (*kept, error) {
	made, err := cache.New(cache.Config{Name: "gateway", LocalBytes: c.KeptBytes, LoadTimeout: c.Deadline, Meters: c.Meters})
	if err != nil {
		return nil, err
	}
	k := &kept{cache: made, audience: c.Audience, now: c.Now, topics: topics(c.Trackers, routes), districts: map[string][]string{}}
	if c.Atlas == nil {
		return k, nil
	}
	for _, authority := range c.Atlas.Authorities() {
		for _, district := range c.Atlas.DistrictsOf(authority.Code) {
			k.districts[string(authority.Code)] = append(k.districts[string(authority.Code)], string(district.Code))
		}
	}
	return k, nil
}

func (k *kept) close() error { return k.cache.Close() }

// topics lists what is kept: answers that say which revisions they rest on, of services
// that are followed here.
func topics(followed map[string]*revision.Tracker, routes routes) map[string]map[string]*topic {
	all := map[string]map[string]*topic{"districts": {}, "authorities": {}}
	add := func(collection, path string, services ...string) {
		t := &topic{services: services}
		if r := routes.match(http.MethodGet, "/v1/"+collection+"/x/"+path); r != nil {
			t.template = r.template
		}
		for _, service := range services {
			tracker := followed[service]
			if tracker == nil {
				return
			}
			t.trackers = append(t.trackers, tracker)
		}
		all[collection][path] = t
	}
	for _, one := range []struct{ service, capacity, capacities string }{
		{careHomes, "careHomeCapacity", "careHomeCapacities"},
		{homeCare, "homeCareCapacity", "homeCareCapacities"},
		{housingWithCare, "housingWithCareCapacity", "housingWithCareCapacities"},
		{workforce, "workforceCapacity", "workforceCapacities"},
	} {
		add("districts", one.capacity, one.service)
		add("districts", one.capacity+":history", one.service)
		add("authorities", one.capacities, one.service)
	}
	whole := []string{careHomes, homeCare, housingWithCare, workforce, marketPosition}
	add("districts", "marketPosition", whole...)
	add("authorities", "marketPosition", whole...)
	if t := all["authorities"]["marketPosition"]; t != nil {
		t.anywhere = careHomes // Its residents may be in any home of England.
	}
	return all
}

// subject is what a path asks about.
type subject struct {
	*topic
	collection, code string
}

// find returns what a GET asks about; false when its answer is not kept.
func (k *kept) find(path, query string) (subject, bool) {
	rest, ok := strings.CutPrefix(path, "/v1/")
	collection, rest, _ := strings.Cut(rest, "/")
	code, rest, _ := strings.Cut(rest, "/")
	t := k.topics[collection][rest]
	if !ok || t == nil || asksForRevision(query) || collection == "authorities" && k.districts[code] == nil {
		return subject{}, false
	}
	return subject{t, collection, code}, true
}

// asksForRevision reports whether a query asks for an earlier or a certain state of
// knowledge. Only the service knows whether it has come that far.
func asksForRevision(query string) bool {
	if query == "" {
		return false
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return true
	}
	for _, name := range [...]string{"knownAt", "known_at", "minRevision", "min_revision", "minRevisions", "min_revisions"} {
		if values.Has(name) {
			return true
		}
	}
	return false
}

// mark is where the services stand for a subject, and whether that is known to be so now.
func (k *kept) mark(s subject) (revision.Mark, bool) {
	if s.collection == "districts" {
		return revision.Read(s.code, s.trackers...)
	}
	var whole revision.Mark
	current := true
	for _, district := range k.districts[s.code] {
		one, now := revision.Read(district, s.trackers...)
		current = current && now
		whole.Epoch = one.Epoch
		for i, commit := range one.Commits {
			whole.Commits[i] = max(whole.Commits[i], commit)
		}
	}
	for i, t := range s.trackers {
		if t.Service() == s.anywhere {
			whole.Commits[i] = max(whole.Commits[i], t.Global())
		}
	}
	return whole, current
}
