package marketposition

import (
	"errors"
	"io"
	"io/fs"
	"testing"

	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/internal/fixture"

	"github.com/google/go-cmp/cmp"

	"github.com/caremarket/caremarket/pkg/errs"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

func TestAuthorities(t *testing.T) {
	s := loaded(t)
	var names []string
	req := &marketpositionv1.ListAuthoritiesRequest{PageSize: 2}
	for range 3 {
		res, err := s.ListAuthorities(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range res.GetAuthorities() {
			names = append(names, a.GetTitle())
		}
		if req.PageToken = res.GetNextPageToken(); req.GetPageToken() == "" {
			break
		}
	}
	if diff := cmp.Diff([]string{"Leicester", "Rutland", "Gloucestershire"}, names); diff != "" {
		t.Error(diff)
	}
	one, err := s.GetAuthority(t.Context(), &marketpositionv1.GetAuthorityRequest{Name: "authorities/E10000013"})
	if err != nil || len(one.GetAuthority().GetDistricts()) != 6 || one.GetAuthority().GetRegion() != "regions/E12000009" {
		t.Errorf("%v, %v", one, err)
	}
	if _, err := s.GetAuthority(t.Context(), &marketpositionv1.GetAuthorityRequest{Name: "authorities/E07000082"}); errs.Reason(err) != "AUTHORITY_NOT_FOUND" {
		t.Errorf("a district as an authority: %v", err)
	}
	req.PageToken = "nonsense"
	if _, err := s.ListAuthorities(t.Context(), req); errs.Reason(err) != errs.ReasonInvalid {
		t.Errorf("a false token: %v", err)
	}
}

func TestDistricts(t *testing.T) {
	s := loaded(t)
	got, err := s.GetDistrict(t.Context(), &marketpositionv1.GetDistrictRequest{Name: "districts/E07009982"})
	if err != nil {
		t.Fatal(err)
	}
	d := got.GetDistrict()
	if d.GetName() != "districts/E07000082" || d.GetAuthorityTitle() != "Gloucestershire" || d.GetRegionTitle() != "South West" {
		t.Errorf("the old code is answered with %v", d)
	}
	if diff := cmp.Diff([]string{"E07009982", "E07009990"}, d.GetPredecessors()); diff != "" {
		t.Error(diff)
	}
	if fixture.Value(t, d.GetArea()) != 46000 || len(d.GetSources()) != 1 || d.GetSources()[0].GetId() != "ons-sam-2023" {
		t.Errorf("%v with %v", d.GetArea(), d.GetSources())
	}
	list, err := s.ListDistricts(t.Context(), &marketpositionv1.ListDistrictsRequest{Parent: "authorities/E06000017"})
	if err != nil || len(list.GetDistricts()) != 1 || list.GetDistricts()[0].GetTitle() != "Rutland" || len(list.GetSources()) != 1 {
		t.Errorf("a unitary's districts: %v, %v", list, err)
	}
	for name, ask := range map[string]func() error{
		"list": func() error {
			_, err := s.ListDistricts(t.Context(), &marketpositionv1.ListDistrictsRequest{Parent: "authorities/E10009999"})
			return err
		},
		"get": func() error {
			_, err := s.GetDistrict(t.Context(), &marketpositionv1.GetDistrictRequest{Name: "districts/E07009999"})
			return err
		},
		"people": func() error {
			_, err := s.GetPopulation(t.Context(), &marketpositionv1.GetPopulationRequest{Name: "districts/E07009999/population"})
			return err
		},
	} {
		if reason := errs.Reason(ask()); reason != "AUTHORITY_NOT_FOUND" && reason != "DISTRICT_NOT_FOUND" {
			t.Errorf("%s of nowhere: %s", name, reason)
		}
	}
}

func TestPopulation(t *testing.T) {
	res, err := loaded(t).GetPopulation(t.Context(), &marketpositionv1.GetPopulationRequest{Name: "districts/E07000082/population"})
	if err != nil {
		t.Fatal(err)
	}
	people := res.GetPeople()
	if fixture.Value(t, people.GetAged_75Plus()) != 13076 || len(people.GetAgeBands()) != 12 {
		t.Errorf("%v", people)
	}
	if diff := cmp.Diff(facts.Cited(people), fixture.IDsOf(people.GetSources())); diff != "" {
		t.Errorf("(-cited +listed)\n%s", diff)
	}
}

func TestMigrationsAreOneFolder(t *testing.T) {
	all := Migrations()
	entries, err := fs.ReadDir(all, ".")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
		if text, err := fs.ReadFile(all, entry.Name()); err != nil || len(text) == 0 {
			t.Errorf("%s: %v", entry.Name(), err)
		}
	}
	if diff := cmp.Diff([]string{"00001_ledger.sql", "00100_boundary.sql", "00110_scenario.sql"}, names); diff != "" {
		t.Error(diff)
	}
	if _, err := all.Open("00002_none.sql"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	root, err := all.Open(".")
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	folder, ok := root.(fs.ReadDirFile)
	if !ok {
		t.Fatal("the folder cannot be read")
	}
	for i := range names {
		if one, err := folder.ReadDir(1); err != nil || len(one) != 1 || one[0].Name() != names[i] {
			t.Errorf("entry %d: %v, %v", i, one, err)
		}
	}
	if _, err := folder.ReadDir(1); !errors.Is(err, io.EOF) {
		t.Errorf("after the last: %v", err)
	}
}
