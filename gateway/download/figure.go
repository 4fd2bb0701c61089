package download

import (
	"strconv"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

var figureName = (*commonv1.Figure)(nil).ProtoReflect().Descriptor().FullName()

func isFigure(m protoreflect.MessageDescriptor) bool { return m.FullName() == figureName }

// figureCells are a figure's own cells. Only one with a value has a cell for it.
func figureCells(f *commonv1.Figure) map[string]string {
	cells := map[string]string{
		"unit":         enum(f.GetUnit().Descriptor(), f.GetUnit().Number()),
		"figure_as_at": text(f.GetAsAt()),
		"illustrative": strconv.FormatBool(f.GetIllustrative()),
		"source_ids":   text(strings.Join(f.GetSourceIds(), "; ")),
		"formula":      text(f.GetFormula()),
	}
	switch state := f.GetState().(type) {
	case *commonv1.Figure_Value:
		cells["state"], cells["value"] = "value", number(state.Value)
	case *commonv1.Figure_Hidden:
		reason := state.Hidden.GetReason()
		cells["state"], cells["why"] = "hidden", enum(reason.Descriptor(), reason.Number())
	case *commonv1.Figure_NotCollected:
		cells["state"], cells["why"] = "not_collected", text(state.NotCollected.GetWhy())
	case *commonv1.Figure_NotEnoughData:
		cells["state"], cells["why"] = "not_enough_data", text(state.NotEnoughData.GetWhy())
	}
	if r := f.GetRange(); r != nil {
		cells["low"], cells["high"] = number(r.GetLow()), number(r.GetHigh())
	}
	if c := f.GetCoverage(); c != nil {
		cells["responding"], cells["expected"] = whole(c.GetResponding()), whole(c.GetExpected())
	}
	if age := f.GetFreshness(); age != nil {
		cells["newest"], cells["oldest"] = text(age.GetNewest()), text(age.GetOldest())
		cells["stale"] = whole(age.GetStale())
	}
	return cells
}
