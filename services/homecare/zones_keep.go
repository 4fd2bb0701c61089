package homecare

import (
	"context"
	"strings"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/intake"
	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/rules"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// LoadZones keeps zones as one write, with the sources that they cite. Its error names every
// fault of every zone.
func (s *Server) LoadZones(ctx context.Context, zones []*homecarev1.Zone, sources []*commonv1.Source) (intake.Report, error) {
	var report intake.Report
	revision, err := s.book.Bulk(ctx, sources, func(k *bulk) error {
		run := &book.Reading{}
		if err := s.putZones(ctx, k, zones, run); err != nil {
			return err
		}
		if report = run.Report; report.Created+report.Updated == 0 {
			return nil
		}
		return refile(ctx, k.Commit())
	})
	report.Revision = revision
	return report, err
}

func (s *Server) putZones(ctx context.Context, k *bulk, zones []*homecarev1.Zone, run *book.Reading) error {
	var faults errs.Collector
	seen := map[string]bool{}
	for i, zone := range zones {
		at := book.Part("zones", i)
		if seen[zone.GetName()] {
			faults.Add(at+".name", "%s stands twice", zone.GetName())
			continue
		}
		seen[zone.GetName()] = true
		if err := faults.Merge(at, s.putZone(ctx, k, zone, run)); err != nil {
			return err
		}
	}
	return faults.Err()
}

// putZone checks a zone and keeps it, or returns its faults.
func (s *Server) putZone(ctx context.Context, k *bulk, zone *homecarev1.Zone, run *book.Reading) error {
	if err := s.checkZone(zone); err != nil {
		return err
	}
	outcome, err := putZone(ctx, k.Commit(), zone)
	if err != nil {
		return err
	}
	run.Count(rowOutcomes[outcome])
	return nil
}

var rowOutcomes = map[ledger.Outcome]commonv1.RowOutcome{
	ledger.Created: commonv1.RowOutcome_ROW_OUTCOME_CREATED,
	ledger.Updated: commonv1.RowOutcome_ROW_OUTCOME_UPDATED,
}

// checkZone returns every fault of a zone by its field.
func (s *Server) checkZone(zone *homecarev1.Zone) error {
	var faults errs.Collector
	if err := faults.Merge("", rules.Check(s.checker, zone)); err != nil {
		return err
	}
	council := geo.Code(strings.TrimPrefix(zone.GetAuthority(), "authorities/"))
	authority, known := s.atlas.Authority(council)
	if !known {
		faults.Add("authority", "%s is not a council of England today", council)
	}
	for i, code := range districtCodes(zone) {
		at := book.Part("shares", i) + ".district"
		switch d, found := s.atlas.District(geo.Code(code)); {
		case !found:
			faults.Add(at, "%s is not a district of England today", code)
		case known && d.Authority != council:
			faults.Add(at, "%s (%s) is not a district of %s", d.Name, code, authority.Name)
		}
	}
	if err := checkShares(zone); err != nil && faults.Len() == 0 {
		faults.Add("shares", "%s", err)
	}
	return faults.Err()
}
