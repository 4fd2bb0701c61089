package marketposition

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/sqldb"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// located is what places are found with, and the digest of the boundaries it was made of.
type located struct {
	digest  string
	locator *geo.Locator
}

var placementMethods = map[geo.Method]commonv1.PlacementMethod{
	geo.ByBoundary: commonv1.PlacementMethod_PLACEMENT_METHOD_BOUNDARY,
	geo.ByNearest:  commonv1.PlacementMethod_PLACEMENT_METHOD_NEAREST_BOUNDARY,
	geo.ByOutcode:  commonv1.PlacementMethod_PLACEMENT_METHOD_OUTWARD_CODE,
}

// Locator finds the districts of places by the boundaries that were imported last, in this
// process or another; by postcode alone when there are none.
func (s *Server) Locator(ctx context.Context) (*geo.Locator, error) {
	digest, err := s.boundaryDigest(ctx)
	if err != nil {
		return nil, err
	}
	if held := s.located.Load(); held != nil && held.digest == digest {
		return held.locator, nil
	}
	var boundaries *geo.Boundaries
	if digest != "" {
		if digest, boundaries, err = s.boundaries(ctx); err != nil {
			return nil, err
		}
	}
	made := &located{digest: digest, locator: geo.NewLocator(s.atlas, boundaries)}
	s.located.Store(made)
	return made.locator, nil
}

// boundaryDigest is "" when nothing was imported.
func (s *Server) boundaryDigest(ctx context.Context) (digest string, err error) {
	err = s.ledger.DB().Read().QueryRowContext(ctx, `SELECT digest FROM boundary WHERE one = 1`).Scan(&digest)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read the boundaries: %w", err)
	}
	return digest, nil
}

func (s *Server) boundaries(ctx context.Context) (digest string, b *geo.Boundaries, err error) {
	var geojson []byte
	err = s.ledger.DB().Read().QueryRowContext(ctx, `SELECT digest, geojson FROM boundary WHERE one = 1`).Scan(&digest, &geojson)
	if err != nil {
		return "", nil, fmt.Errorf("read the boundaries: %w", err)
	}
	if b, err = geo.ParseBoundaries(geojson, s.atlas); err != nil {
		return "", nil, fmt.Errorf("the kept boundaries cannot be read: %w", err)
	}
	return digest, b, nil
}

// keepBoundaries replaces the boundaries; changed is false when they were the same.
func (s *Server) keepBoundaries(ctx context.Context, name string, geojson []byte) (changed bool, err error) {
	sum := sha256.Sum256(geojson)
	digest := hex.EncodeToString(sum[:])
	was, err := s.boundaryDigest(ctx)
	if err != nil || was == digest {
		return false, err
	}
	err = s.ledger.DB().Update(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO boundary (one, digest, name, imported_at, geojson)
			VALUES (1, $1, $2, $3, $4)
			ON CONFLICT (one) DO UPDATE SET digest = excluded.digest, name = excluded.name,
				imported_at = excluded.imported_at, geojson = excluded.geojson`,
			digest, name, s.now().UnixMicro(), geojson)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("keep the boundaries: %w", err)
	}
	return true, nil
}
