package e2e_test

import (
	"testing"

	"github.com/caremarket/caremarket/e2e/suite"
)

// scenario is something that the suite does for its users, however it is deployed.
type scenario struct {
	name string
	run  func(*testing.T, *suite.Suite)
}

// scenarios run one after another on the same suite: each leaves it sound for the next.
func scenarios() []scenario {
	return []scenario{
		{"authorities and their districts", listsAuthorities},
		{"a unitary is its own only district", listsUnitary},
		{"people of Gloucestershire", countsPeople},
		{"statement of Stroud", statesStroud},
		{"statement of an authority", statesAuthority},
		{"need in years to come", tellsNeedAhead},
		{"how the markets act on each other", settlesMarkets},
		{"a statement tells what comes of it", tellsWhatComes},
		{"documented answers of the models", staysTrue},
		{"documented years of a scenario", staysInTable},
		{"what if", asksWhatIf},
		{"new care homes", appraisesHomes},
		{"published totals of January 2024", addsUpToPublished},
		{"published figures are reconciled", reconcilesPublished},
		{"capacity of each market", givesCapacities},
		{"history by month", givesHistory},
		{"vacancies near a point", findsVacancies},
		{"reserved beds are never offered", neverOffersReserved},
		{"a provider's failure", plansFailure},
		{"the moves of a provider's failure as CSV", listsMoves},
		{"an authority's providers by the harm of their failure", ranksFailures},
		{"reserved places take nobody", neverPlacesInReserved},
		{"a return is read back at once", readsItsOwnWrite},
		{"a repeated request is answered as the first time", answersRepetition},
		{"an invalid return names every fault", namesEveryFault},
		{"the past stays as it was known", keepsThePast},
		{"a watch resumes", resumesWatch},
		{"an answer at hand is not sent again", answersNotModified},
		{"intermediate care is sized", sizesIntermediateCare},
		{"intermediate care is simulated", simulatesIntermediateCare},
		{"examples of intermediate care", answersExamples},
		{"who places whom where", tellsPlacements},
		{"the workforce month by month", followsWorkforce},
		{"tables as CSV", givesCSV},
		{"what there is not", refusesUnknown},
		{"the API's document", servesDocument},
		{"gRPC with health and reflection", answersGRPC},
		{"one trace id through", keepsTrace},
		{"no personal data in logs", logsNothingPersonal},
		{"metrics of calls, cache and store", measures},
	}
}

func runScenarios(t *testing.T, s *suite.Suite) {
	t.Helper()
	for _, one := range scenarios() {
		t.Run(one.name, func(t *testing.T) { one.run(t, s) })
	}
}

func TestOneProcess(t *testing.T) {
	s := suite.One(t)
	t.Run("the first start says what to try", func(t *testing.T) { greets(t, s) })
	runScenarios(t, s)
}

func TestSixProcesses(t *testing.T) {
	s := suite.Six(t)
	runScenarios(t, s)
	for _, one := range faults() {
		t.Run(one.name, func(t *testing.T) { one.run(t, s) })
	}
}
