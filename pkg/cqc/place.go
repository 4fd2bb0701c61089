package cqc

import (
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/intake"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// Locator puts places in their districts; a *geo.Locator is one.
type Locator interface {
	// Place finds the district of coordinates, which may be zero, and a postcode, which
	// may be empty.
	Place(at geo.Point, postcode string) (geo.Placement, error)
}

var methods = map[geo.Method]commonv1.PlacementMethod{
	geo.ByBoundary: commonv1.PlacementMethod_PLACEMENT_METHOD_BOUNDARY,
	geo.ByNearest:  commonv1.PlacementMethod_PLACEMENT_METHOD_NEAREST_BOUNDARY,
	geo.ByOutcode:  commonv1.PlacementMethod_PLACEMENT_METHOD_OUTWARD_CODE,
}

// Place finds a location's district, districts/{code}, or notes on the row why there is
// none.
func (l Location) Place(row *intake.Row, locate Locator) (district string, how *commonv1.Placement) {
	placed, err := locate.Place(l.Point, l.Postcode)
	if err != nil {
		row.Fault("", "%s", err)
		return "", nil
	}
	return "districts/" + string(placed.District), &commonv1.Placement{Method: methods[placed.Method], Doubt: placed.Doubt}
}
