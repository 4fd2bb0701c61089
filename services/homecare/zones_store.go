package homecare

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"math"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/sqldb"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// forever is the `until` of a version that still stands.
const forever = math.MaxInt64

const zonePrefix = "zones/"

// bare is a zone's id without the collection before it.
func bare(zone *homecarev1.Zone) string { return strings.TrimPrefix(zone.GetName(), zonePrefix) }

// zonesReaching reads the zones that reached into any of some districts (codes), as they
// were known at a commit.
func zonesReaching(ctx context.Context, q sqldb.Queryer, revision int64, districts []string) (*Zones, error) {
	found := map[string]*homecarev1.Zone{}
	for _, district := range districts {
		zones, err := readZones(ctx, q, `SELECT z.payload FROM zone_district d JOIN zone z ON z.id = d.zone AND z.since = d.since
			WHERE d.district = $1 AND d.since <= $2 AND d.until > $2`, district, revision)
		if err != nil {
			return nil, err
		}
		for _, zone := range zones {
			found[zone.GetName()] = zone
		}
	}
	all := make([]*homecarev1.Zone, 0, len(found))
	for _, zone := range found {
		all = append(all, zone)
	}
	return NewZones(all)
}

// everyZone reads all zones as they were known at a commit.
func everyZone(ctx context.Context, q sqldb.Queryer, revision int64) (*Zones, error) {
	all, err := readZones(ctx, q, `SELECT payload FROM zone WHERE since <= $1 AND until > $1`, revision)
	if err != nil {
		return nil, err
	}
	return NewZones(all)
}

// zoneNamed reads one zone by its bare id; nil when there was none.
func zoneNamed(ctx context.Context, q sqldb.Queryer, revision int64, id string) (*homecarev1.Zone, error) {
	found, err := readZones(ctx, q, `SELECT payload FROM zone WHERE id = $1 AND since <= $2 AND until > $2`, id, revision)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

// zonesAfter reads up to limit zones in order of id, beginning after one: those of a council
// (authorities/{code}), or of all where it is empty.
func zonesAfter(ctx context.Context, q sqldb.Queryer, revision int64, authority, after string, limit int) ([]*homecarev1.Zone, error) {
	return readZones(ctx, q, `SELECT payload FROM zone
		WHERE since <= $1 AND until > $1 AND id > $2 AND ($3 = '' OR authority = $3) ORDER BY id LIMIT $4`,
		revision, after, authority, limit)
}

func readZones(ctx context.Context, q sqldb.Queryer, query string, args ...any) ([]*homecarev1.Zone, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read zones: %w", err)
	}
	defer rows.Close()
	var out []*homecarev1.Zone
	for rows.Next() {
		var payload sql.RawBytes
		if err := rows.Scan(&payload); err != nil {
			return nil, fmt.Errorf("read zones: %w", err)
		}
		zone := &homecarev1.Zone{}
		if err := proto.Unmarshal(payload, zone); err != nil {
			return nil, fmt.Errorf("a kept zone cannot be read: %w", err)
		}
		out = append(out, zone)
	}
	return out, rows.Err()
}

// putZone keeps a zone, or the next version of it, and raises the revisions of the districts
// that it reaches into and those it leaves.
func putZone(ctx context.Context, c *ledger.Commit, zone *homecarev1.Zone) (ledger.Outcome, error) {
	id := bare(zone)
	payload, err := proto.MarshalOptions{Deterministic: true}.Marshal(zone)
	if err != nil {
		return 0, fmt.Errorf("keep zone %s: %w", id, err)
	}
	was, err := zoneNamed(ctx, c.Tx(), c.Revision(), id)
	if err != nil {
		return 0, err
	}
	outcome := ledger.Created
	if was != nil {
		before, err := proto.MarshalOptions{Deterministic: true}.Marshal(was)
		if err != nil {
			return 0, fmt.Errorf("keep zone %s: %w", id, err)
		}
		if bytes.Equal(before, payload) {
			return ledger.Unchanged, nil
		}
		outcome = ledger.Updated
		c.Touch(districtCodes(was)...)
	}
	c.Touch(districtCodes(zone)...)
	return outcome, writeZone(ctx, c, id, zone, payload)
}

func writeZone(ctx context.Context, c *ledger.Commit, id string, zone *homecarev1.Zone, payload []byte) error {
	type statement struct {
		text string
		args []any
	}
	statements := []statement{
		{`UPDATE zone SET until = $1 WHERE id = $2 AND until = $3`, []any{c.Revision(), id, int64(forever)}},
		{`UPDATE zone_district SET until = $1 WHERE zone = $2 AND until = $3`, []any{c.Revision(), id, int64(forever)}},
		{
			`INSERT INTO zone (id, since, until, authority, payload) VALUES ($1, $2, $3, $4, $5)`,
			[]any{id, c.Revision(), int64(forever), zone.GetAuthority(), payload},
		},
	}
	for _, district := range districtCodes(zone) {
		statements = append(statements, statement{
			`INSERT INTO zone_district (district, zone, since, until) VALUES ($1, $2, $3, $4)`,
			[]any{district, id, c.Revision(), int64(forever)},
		})
	}
	for _, s := range statements {
		if _, err := c.Tx().ExecContext(ctx, s.text, s.args...); err != nil {
			return fmt.Errorf("keep zone %s: %w", id, err)
		}
	}
	return nil
}

// districtCodes are the codes of the districts that a zone reaches into.
func districtCodes(zone *homecarev1.Zone) []string {
	codes := make([]string, 0, len(zone.GetShares()))
	for _, share := range zone.GetShares() {
		codes = append(codes, strings.TrimPrefix(share.GetDistrict(), "districts/"))
	}
	return codes
}

// refileStride is how many branches are read at a time when zones have changed.
const refileStride = 500

// refile files every branch anew under the districts that its zones reach into now.
func refile(ctx context.Context, c *ledger.Commit) error {
	zones, err := everyZone(ctx, c.Tx(), c.Revision())
	if err != nil {
		return err
	}
	for after := ""; ; {
		places, err := c.List(ctx, ledger.Filter{}, after, refileStride)
		if err != nil || len(places) == 0 {
			return err
		}
		for _, p := range places {
			branch := &homecarev1.HomeCareBranch{}
			if err := proto.Unmarshal(p.Payload, branch); err != nil {
				return fmt.Errorf("a kept branch cannot be read: %w", err)
			}
			p.Districts = zones.codesOf(branch)
			if _, err := c.PutPlace(ctx, p); err != nil {
				return err
			}
			after = p.ID
		}
	}
}
