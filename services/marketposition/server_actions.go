package marketposition

import (
	"context"
	"strings"
	"unicode"

	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/statement"

	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/ledger"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// CreateAction adds an action to the register.
func (s *Server) CreateAction(ctx context.Context, req *marketpositionv1.CreateActionRequest) (*marketpositionv1.CreateActionResponse, error) {
	action := proto.CloneOf(req.GetAction())
	id := req.GetActionId()
	if id == "" {
		id = slug(action.GetTitle())
	}
	action.Name = facts.Actions + "/" + id
	if err := s.checkAction(ctx, action); err != nil {
		return nil, book.Under("action", err)
	}
	_, err := s.commit(ctx, func(c *ledger.Commit) error {
		if _, known, err := c.Place(ctx, action.GetName()); err != nil || known {
			if err == nil {
				err = errs.AlreadyExists("action", id)
			}
			return err
		}
		return s.putAction(ctx, c, action)
	})
	if err != nil {
		return nil, err
	}
	kept, err := s.action(ctx, action.GetName())
	return &marketpositionv1.CreateActionResponse{Action: kept}, err
}

// UpdateAction changes the fields that the mask names.
func (s *Server) UpdateAction(ctx context.Context, req *marketpositionv1.UpdateActionRequest) (*marketpositionv1.UpdateActionResponse, error) {
	name := req.GetAction().GetName()
	if !strings.HasPrefix(name, facts.Actions+"/") {
		return nil, errs.Invalid(errs.Violation{Field: "action.name", Description: "is not the name of an action, as actions/a-name"})
	}
	_, err := s.commit(ctx, func(c *ledger.Commit) error {
		entry, known, err := c.Place(ctx, name)
		if err != nil {
			return err
		}
		if !known {
			return errs.NotFound("action", strings.TrimPrefix(name, facts.Actions+"/"))
		}
		stands, err := facts.Decode[marketpositionv1.Action](entry)
		if err != nil {
			return err
		}
		changed, err := book.Named(stands, req.GetAction(), req.GetUpdateMask().GetPaths())
		if err != nil {
			return err
		}
		changed.Name = name
		if err := s.checkAction(ctx, changed); err != nil {
			return book.Under("action", err)
		}
		return s.putAction(ctx, c, changed)
	})
	if err != nil {
		return nil, err
	}
	kept, err := s.action(ctx, name)
	return &marketpositionv1.UpdateActionResponse{Action: kept}, err
}

// checkAction names every fault of one action, after clearing what only the register sets.
func (s *Server) checkAction(ctx context.Context, a *marketpositionv1.Action) error {
	a.Revision, a.Overdue = 0, ""
	sources, err := s.sources(ctx)
	if err != nil {
		return err
	}
	var faults errs.Collector
	if err := s.checkFact(&faults, facts.Fact{ID: a.GetName(), Areas: a.GetAreas(), Message: a}, sources); err != nil {
		return err
	}
	return faults.Err()
}

func (s *Server) putAction(ctx context.Context, c *ledger.Commit, a *marketpositionv1.Action) error {
	_, err := s.put(ctx, c, facts.Fact{ID: a.GetName(), Areas: a.GetAreas(), Message: a})
	return err
}

// action reads one as it stands.
func (s *Server) action(ctx context.Context, name string) (a *marketpositionv1.Action, err error) {
	err = s.ledger.Read(ctx, 0, func(v *ledger.View) error {
		entry, err := v.Place(ctx, name)
		if err != nil {
			return err
		}
		a, err = facts.Decode[marketpositionv1.Action](entry)
		stamp(a, entry.Revision)
		return err
	})
	if err != nil {
		return nil, err
	}
	return statement.OnDay(a, s.today()), nil
}

// longestID is how long the id of an action may be.
const longestID = 80

// slug makes an id of a title: "Publish the strategy" is "publish-the-strategy".
func slug(title string) string {
	words := strings.FieldsFunc(strings.ToLower(title), func(r rune) bool {
		return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	id := strings.Join(words, "-")
	return strings.TrimRight(id[:min(len(id), longestID)], "-")
}
