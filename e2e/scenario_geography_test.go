package e2e_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caremarket/caremarket/e2e/suite"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

const (
	gloucestershire = "E10000013"
	leicestershire  = "E10000018"
	leicester       = "E06000016"
	rutland         = "E06000017"
	stroud          = "E07000082"
	tewkesbury      = "E07000083"
)

// gloucestershireDistricts are Gloucestershire's, in order of code.
func gloucestershireDistricts() []string {
	return []string{"E07000078", "E07000079", "E07000080", "E07000081", stroud, tewkesbury}
}

func listsAuthorities(t *testing.T, s *suite.Suite) {
	var districts, councils []string
	for token := ""; ; {
		page := suite.Read(t, s, "/v1/authorities?pageSize=100&pageToken="+token, &marketpositionv1.ListAuthoritiesResponse{})
		for _, a := range page.GetAuthorities() {
			councils = append(councils, a.GetName())
			districts = append(districts, a.GetDistricts()...)
		}
		if token = page.GetNextPageToken(); token == "" {
			break
		}
	}
	slices.Sort(districts)
	if n := len(slices.Compact(districts)); n != 296 {
		t.Errorf("the authorities have %d districts, England has 296", n)
	}
	for _, code := range []string{gloucestershire, leicestershire, leicester, rutland} {
		if !slices.Contains(councils, "authorities/"+code) {
			t.Errorf("authorities/%s is not listed", code)
		}
	}
	if diff := cmp.Diff(gloucestershireDistricts(), districtsOf(t, s, gloucestershire)); diff != "" {
		t.Errorf("Gloucestershire's districts (-want +got):\n%s", diff)
	}
	if n := len(districtsOf(t, s, leicestershire)); n != 7 {
		t.Errorf("Leicestershire has %d districts, want 7", n)
	}
}

func listsUnitary(t *testing.T, s *suite.Suite) {
	for _, code := range []string{leicester, rutland} {
		if diff := cmp.Diff([]string{code}, districtsOf(t, s, code)); diff != "" {
			t.Errorf("districts of the unitary %s (-want +got):\n%s", code, diff)
		}
		p := suite.Read(t, s, "/v1/districts/"+code+"/marketPosition", &marketpositionv1.MarketPosition{})
		if p.GetAuthority() != "authorities/"+code || !p.GetComplete() {
			t.Errorf("statement of %s: authority %q, complete %t", code, p.GetAuthority(), p.GetComplete())
		}
	}
}

func districtsOf(t *testing.T, s *suite.Suite, authority string) []string {
	t.Helper()
	var codes []string
	for _, d := range suite.Read(t, s, "/v1/authorities/"+authority+"/districts", &marketpositionv1.ListDistrictsResponse{}).GetDistricts() {
		if want := "authorities/" + authority; d.GetAuthority() != want {
			t.Errorf("%s belongs to %s, want %s", d.GetName(), d.GetAuthority(), want)
		}
		codes = append(codes, strings.TrimPrefix(d.GetName(), "districts/"))
	}
	return codes
}

// The 2021 census, ONS TS007.
func countsPeople(t *testing.T, s *suite.Suite) {
	want75 := []float64{11_431, 11_342, 9_991, 10_454, 13_076, 10_093}
	var sum65, sum75, sum85 float64
	for i, code := range gloucestershireDistricts() {
		p := suite.Read(t, s, "/v1/districts/"+code+"/population", &marketpositionv1.PeopleSection{})
		if got := p.GetAged_75Plus().GetValue(); got != want75[i] {
			t.Errorf("%s has %v people aged 75 and over, want %v", code, got, want75[i])
		}
		sum65 += p.GetAged_65Plus().GetValue()
		sum75 += p.GetAged_75Plus().GetValue()
		sum85 += p.GetAged_85Plus().GetValue()
	}
	if sum65 != 139_816 || sum75 != 66_387 || sum85 != 19_002 {
		t.Errorf("Gloucestershire's districts add up to %v, %v and %v people aged 65, 75 and 85 and over", sum65, sum75, sum85)
	}
	county := suite.Read(t, s, "/v1/authorities/"+gloucestershire+"/marketPosition", &marketpositionv1.AuthorityMarketPosition{}).GetTotal().GetPeople()
	got := []float64{county.GetAged_65Plus().GetValue(), county.GetAged_75Plus().GetValue(), county.GetAged_85Plus().GetValue()}
	if diff := cmp.Diff([]float64{139_816, 66_387, 19_002}, got); diff != "" {
		t.Errorf("people in Gloucestershire's statement (-want +got):\n%s", diff)
	}
}
