package marketposition

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/paging"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/scenarios"
	"github.com/caremarket/caremarket/services/marketposition/shelf"
	"github.com/caremarket/caremarket/services/marketposition/statement"
)

// scenarioCollection stands between an authority and a scenario in its name.
const scenarioCollection = "/scenarios/"

// CreateScenario works a scenario out and keeps it. A repeated request is answered as the
// first time, without being worked out again.
func (s *Server) CreateScenario(ctx context.Context, req *marketpositionv1.CreateScenarioRequest) (*marketpositionv1.CreateScenarioResponse, error) {
	area, err := s.authority(strings.TrimPrefix(req.GetParent(), facts.AuthorityPrefix))
	if err != nil {
		return nil, err
	}
	item, err := newItem(area, req)
	if err != nil {
		return nil, err
	}
	kept, found, err := s.shelf.Repeated(ctx, item)
	if err == nil && !found {
		kept, err = s.workOut(ctx, area, item, req)
	}
	if err != nil {
		return nil, err
	}
	scenario, err := scenarioOf(kept)
	return &marketpositionv1.CreateScenarioResponse{Scenario: scenario}, err
}

// newItem is where a scenario is to be kept, and under which request.
func newItem(area statement.Area, req *marketpositionv1.CreateScenarioRequest) (shelf.Item, error) {
	const shortest = 2
	item := shelf.Item{Authority: string(area.Code), ID: req.GetScenarioId(), RequestID: strings.ToLower(req.GetRequestId())}
	if item.ID == "" {
		item.ID = slug(req.GetTitle())
	}
	if len(item.ID) < shortest {
		return item, errs.Invalid(errs.Violation{Field: "scenario_id", Description: "no id can be made of the title: give one, as forty-beds-in-stroud"})
	}
	asked, err := facts.Encoding.Marshal(req)
	if err != nil {
		return item, fmt.Errorf("read a request for a scenario: %w", err)
	}
	sum := sha256.Sum256(asked)
	item.Asked = hex.EncodeToString(sum[:])
	return item, nil
}

// workOut runs a scenario on what may be published, so that whoever reads it later is shown
// nothing hidden, and keeps it.
func (s *Server) workOut(ctx context.Context, area statement.Area, item shelf.Item, req *marketpositionv1.CreateScenarioRequest) (shelf.Item, error) {
	const definition = "definition"
	in, err := s.inputs(audience.With(ctx, audience.Public), area, req.GetDefinition())
	if err != nil {
		return item, book.Under(definition, err)
	}
	if err := complete(in.Answers); err != nil {
		return item, err
	}
	var faults errs.Collector
	instead := insteadOfEach(&faults, definition+".districts", area, req.GetDefinition().GetDistricts())
	for i, d := range req.GetDefinition().GetDistricts() {
		if d.GetNeed() != nil || len(d.GetShares()) > 0 {
			faults.Add(fmt.Sprintf("%s.districts[%d]", definition, i), "gives need or shares, which follow from people and rates year by year: give capacities alone")
		}
	}
	plan, err := scenarios.Prepare(in, req.GetDefinition(), instead, &faults)
	if err != nil {
		return item, err
	}
	release, err := s.runs.take(ctx, plan.Bytes(), definition+".draws")
	if err != nil {
		return item, err
	}
	defer release()
	results, err := plan.Run(ctx, 0)
	if err != nil {
		return item, err
	}
	item.CreatedAt = s.now().UnixMicro()
	scenario := &marketpositionv1.Scenario{
		Name: area.Name + scenarioCollection + item.ID, Title: req.GetTitle(), Note: req.GetNote(),
		CreatedAt: book.Stamp(item.CreatedAt), Definition: plan.Definition,
	}
	if item.Definition, err = facts.Encoding.Marshal(scenario); err != nil {
		return item, fmt.Errorf("keep a scenario: %w", err)
	}
	if item.Results, err = facts.Encoding.Marshal(results); err != nil {
		return item, fmt.Errorf("keep a scenario: %w", err)
	}
	return s.shelf.Put(ctx, item)
}

// complete refuses to work out what is to be kept while a market does not answer.
func complete(a statement.Answers) error {
	if a.Complete() {
		return nil
	}
	var away []string
	for name, available := range map[string]bool{
		statement.CareHomesService: a.CareHomes.Available(), statement.HomeCareService: a.HomeCare.Available(),
		statement.HousingWithCareService: a.HousingWithCare.Available(), statement.WorkforceService: a.Workforce.Available(),
	} {
		if !available {
			away = append(away, name)
		}
	}
	return errs.Unavailable("MARKET_AWAY", "it needs every market, and "+strings.Join(slices.Sorted(slices.Values(away)), ", ")+" did not answer: try again", time.Second)
}

// scenarioOf reads what is kept.
func scenarioOf(item shelf.Item) (*marketpositionv1.Scenario, error) {
	scenario := &marketpositionv1.Scenario{}
	if err := proto.Unmarshal(item.Definition, scenario); err != nil {
		return nil, fmt.Errorf("the kept scenario %s cannot be read: %w", item.ID, err)
	}
	if item.ArchivedAt != 0 {
		scenario.ArchivedAt = book.Stamp(item.ArchivedAt)
	}
	if item.Results == nil {
		return scenario, nil
	}
	scenario.Results = &marketpositionv1.ScenarioResults{}
	if err := proto.Unmarshal(item.Results, scenario.Results); err != nil {
		return nil, fmt.Errorf("the results of %s cannot be read: %w", item.ID, err)
	}
	return scenario, nil
}

// ListScenarios lists an authority's, without their results.
func (s *Server) ListScenarios(ctx context.Context, req *marketpositionv1.ListScenariosRequest) (*marketpositionv1.ListScenariosResponse, error) {
	area, err := s.authority(strings.TrimPrefix(req.GetParent(), facts.AuthorityPrefix))
	if err != nil {
		return nil, err
	}
	after, err := paging.Cursor(req, req.GetPageToken())
	if err != nil {
		return nil, err
	}
	limit := paging.Size(req.GetPageSize())
	items, err := s.shelf.List(ctx, string(area.Code), after, limit+1, req.GetShowArchived())
	if err != nil {
		return nil, err
	}
	res := &marketpositionv1.ListScenariosResponse{}
	if len(items) > limit {
		items = items[:limit]
		res.NextPageToken = paging.Token(req, items[limit-1].ID)
	}
	for _, item := range items {
		scenario, err := scenarioOf(item)
		if err != nil {
			return nil, err
		}
		res.Scenarios = append(res.Scenarios, scenario)
	}
	return res, nil
}

// GetScenario fetches one, with its results.
func (s *Server) GetScenario(ctx context.Context, req *marketpositionv1.GetScenarioRequest) (*marketpositionv1.GetScenarioResponse, error) {
	authority, id := scenarioNamed(req.GetName())
	scenario, err := s.scenario(ctx, authority, id)
	return &marketpositionv1.GetScenarioResponse{Scenario: scenario}, err
}

func (s *Server) scenario(ctx context.Context, authority, id string) (*marketpositionv1.Scenario, error) {
	item, err := s.shelf.Get(ctx, authority, id)
	if err != nil {
		return nil, err
	}
	return scenarioOf(item)
}

// scenarioNamed divides the name of a scenario into its authority's code and its id.
func scenarioNamed(name string) (authority, id string) {
	authority, id, _ = strings.Cut(strings.TrimPrefix(name, facts.AuthorityPrefix), scenarioCollection)
	return authority, id
}

// CompareScenarios sets scenarios of an authority side by side.
func (s *Server) CompareScenarios(ctx context.Context, req *marketpositionv1.CompareScenariosRequest) (*marketpositionv1.CompareScenariosResponse, error) {
	authority := strings.TrimPrefix(req.GetParent(), facts.AuthorityPrefix)
	var entries []scenarios.Entry
	for _, id := range req.GetScenario() {
		scenario, err := s.scenario(ctx, authority, id)
		if err != nil {
			return nil, err
		}
		entries = append(entries, scenarios.Entry{ID: id, Scenario: scenario})
	}
	return &marketpositionv1.CompareScenariosResponse{Comparison: scenarios.Compare(req.GetParent(), entries)}, nil
}

// ArchiveScenario takes one off the list.
func (s *Server) ArchiveScenario(ctx context.Context, req *marketpositionv1.ArchiveScenarioRequest) (*marketpositionv1.ArchiveScenarioResponse, error) {
	authority, id := scenarioNamed(req.GetName())
	item, err := s.shelf.Archive(ctx, authority, id, s.now().UnixMicro())
	if err != nil {
		return nil, err
	}
	scenario, err := scenarioOf(item)
	return &marketpositionv1.ArchiveScenarioResponse{Scenario: scenario}, err
}
