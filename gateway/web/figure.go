package web

import (
	"strings"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// cell is a figure as it stands in a table.
type cell struct {
	// Text is the value, or in words which kind of nothing the figure is.
	Text string
	// IsValue says that Text is a value.
	IsValue bool
	// More is what belongs to the value: its range, or why there is none.
	More string
	// Formula is how it is worked out, where there is room to say it.
	Formula string
	// Basis is what the figure rests on, as far as its row and its table do not say it.
	Basis basis
}

// cellOf writes a figure; without its unit if the column names it.
func cellOf(f *commonv1.Figure, unitInHead bool) cell {
	switch state := f.GetState().(type) {
	case *commonv1.Figure_Value:
		text := measured(state.Value, f.GetUnit())
		if unitInHead {
			text = number(state.Value)
		}
		return cell{Text: text, IsValue: true, More: rangeWords(f.GetRange())}
	case *commonv1.Figure_Hidden:
		return cell{Text: "Hidden", More: strings.TrimPrefix(rangeWords(f.GetRange())+"; "+hiddenWords(state.Hidden.GetReason()), "; ")}
	case *commonv1.Figure_NotCollected:
		return cell{Text: "Not collected", More: state.NotCollected.GetWhy()}
	case *commonv1.Figure_NotEnoughData:
		return cell{Text: "Not enough data", More: state.NotEnoughData.GetWhy()}
	default:
		return cell{Text: "No figure"}
	}
}

func rangeWords(r *commonv1.Range) string {
	if r == nil {
		return ""
	}
	text := number(r.GetLow()) + " to " + number(r.GetHigh())
	if r.GetMeaning() != "" {
		text += " (" + r.GetMeaning() + ")"
	}
	return text
}

func hiddenWords(reason commonv1.HiddenReason) string {
	switch reason {
	case commonv1.HiddenReason_HIDDEN_REASON_SMALL_NUMBER:
		return "a small number of people"
	case commonv1.HiddenReason_HIDDEN_REASON_SECONDARY:
		return "it would give away another hidden figure"
	case commonv1.HiddenReason_HIDDEN_REASON_FEW_CONTRIBUTORS:
		return "too few contributors"
	case commonv1.HiddenReason_HIDDEN_REASON_AUDIENCE:
		return "not for this audience"
	default:
		return "withheld"
	}
}
