package housingwithcare

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/storetest"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	housingwithcarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/housingwithcare/v1"
)

func TestStandingsAroundALandlord(t *testing.T) {
	engines(t, func(t *testing.T, s *Server) {
		at := func(id string, longitude float64) *housingwithcarev1.HousingScheme {
			h := scheme(id, extraCare, built(rent, 40), built(sale, 10))
			h.Latitude, h.Longitude = new(51.7), &longitude
			return h
		}
		own, near, beyond, closed := at("own", -2.20), at("near", -2.25), at("beyond", -3.5), at("closed", -2.2)
		closed.ClosedOn = "2026-10-20"
		enrol(t, s, own, near, beyond, closed, scheme("nowhere", sheltered, built(rent, 7)))
		// Of three voids two are reserved: one can be offered.
		for _, h := range []*housingwithcarev1.HousingScheme{own, beyond, closed} {
			submit(t, s, mine(h, "2026-10-10", row(rent, 40, 36, 3, 2, 11), row(sale, 10, 10, 0, 0, 0)), "")
		}
		for name, test := range map[string]struct {
			ask  *housingwithcarev1.ListStandingsRequest
			want []string
		}{
			"of a landlord": {&housingwithcarev1.ListStandingsRequest{Provider: "providers/ll-own", WithinMiles: 10}, []string{
				"hs-near of 50 returned false", "hs-own of 50 returned true EXTRA_CARE_AFFORDABLE_RENT 36/1 EXTRA_CARE_OUTRIGHT_SALE 10/0",
			}},
			"without a position": {&housingwithcarev1.ListStandingsRequest{Provider: "providers/ll-nowhere", WithinMiles: 10}, []string{
				"hs-nowhere of 7 returned false",
			}},
		} {
			test.ask.AsAt = "2026-10-31"
			res, err := s.ListStandings(as(t, audience.Commissioner), test.ask)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, one := range res.GetStandings() {
				line := fmt.Sprintf("%s of %d returned %t", one.GetName()[len(prefix):], one.GetRegistered(), one.GetReturned())
				for _, k := range one.GetKinds() {
					line += fmt.Sprintf(" %s %d/%d", k.GetKind(), k.GetPeople(), k.GetAdmittable())
				}
				got = append(got, line)
				if one.GetRating() != commonv1.StandingRating_STANDING_RATING_NOT_RATED {
					t.Errorf("%s is rated %s", one.GetName(), one.GetRating())
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s (-want +got)\n%s", name, diff)
			}
		}
	})
}

func TestStandingsAreForCommissioners(t *testing.T) {
	s := serve(t, storetest.SQLite(t))
	for _, who := range []audience.Audience{audience.Public, audience.Provider} {
		_, err := s.ListStandings(as(t, who), &housingwithcarev1.ListStandingsRequest{Provider: "providers/ll-own"})
		if errs.Code(err) != codes.PermissionDenied {
			t.Errorf("%s is answered %v", who, err)
		}
	}
}
