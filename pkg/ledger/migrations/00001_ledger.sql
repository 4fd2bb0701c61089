-- +goose Up

-- Texts that are ordered or compared by more than equality sort by their bytes on both
-- engines.

-- One row: the service's commit counter. Every write begins by raising it, so writes
-- stand in one order and recorded_at grows with commit_no.
CREATE TABLE clock (
    one         SMALLINT PRIMARY KEY CHECK (one = 1),
    commit_no   BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    return_id   BIGINT NOT NULL,
    -- Tells this store from any other whose commits count from 1 too.
    store_id    TEXT NOT NULL
);
INSERT INTO clock (one, commit_no, recorded_at, return_id, store_id)
VALUES (1, 0, 0, 0, /*sqlite lower(hex(randomblob(16))) */ /*postgres replace(CAST(gen_random_uuid() AS TEXT), '-', '') */);

-- Each commit: when it was kept (microseconds since 1970, UTC) and the last return id
-- that was known with it.
CREATE TABLE commit_log (
    commit_no   BIGINT PRIMARY KEY,
    recorded_at BIGINT NOT NULL,
    return_id   BIGINT NOT NULL
);
CREATE UNIQUE INDEX commit_log_by_time ON commit_log (recorded_at);

CREATE TABLE source (
    id      TEXT /*postgres COLLATE "C" */ PRIMARY KEY,
    payload BYTEA NOT NULL
);

-- The register, every version of every place: known from commit `since` until the
-- commit `until`, which is the largest number while the version stands.
CREATE TABLE place (
    id        TEXT /*postgres COLLATE "C" */ NOT NULL,
    since     BIGINT NOT NULL,
    until     BIGINT NOT NULL,
    provider  TEXT /*postgres COLLATE "C" */ NOT NULL,
    latitude  DOUBLE PRECISION,
    longitude DOUBLE PRECISION,
    payload   BYTEA NOT NULL,
    PRIMARY KEY (id, since)
);
CREATE INDEX place_by_provider ON place (provider, id);
CREATE INDEX place_by_latitude ON place (latitude, longitude) WHERE latitude IS NOT NULL;

-- The districts in whose capacity a place counts.
CREATE TABLE place_district (
    district TEXT /*postgres COLLATE "C" */ NOT NULL,
    place    TEXT /*postgres COLLATE "C" */ NOT NULL,
    since    BIGINT NOT NULL,
    until    BIGINT NOT NULL,
    PRIMARY KEY (district, place, since)
);
CREATE INDEX place_district_by_place ON place_district (place, since);

-- What places say of themselves. Never updated, never deleted. (INTEGER is the row's own
-- key on SQLite, of 64 bits there.)
CREATE TABLE place_return (
    id         /*sqlite INTEGER */ /*postgres BIGINT */ PRIMARY KEY,
    place      TEXT /*postgres COLLATE "C" */ NOT NULL,
    as_at      TEXT /*postgres COLLATE "C" */ NOT NULL,
    flagged    SMALLINT NOT NULL,
    request_id TEXT /*postgres COLLATE "C" */ NOT NULL,
    commit_no  BIGINT NOT NULL,
    payload    BYTEA NOT NULL
);
CREATE INDEX place_return_standing ON place_return (place, as_at, id, flagged);
CREATE UNIQUE INDEX place_return_by_request ON place_return (request_id) WHERE request_id <> '';

-- The commits that touched each district, and the newest of them.
CREATE TABLE district_commit (
    district  TEXT /*postgres COLLATE "C" */ NOT NULL,
    commit_no BIGINT NOT NULL,
    PRIMARY KEY (district, commit_no)
);
CREATE TABLE district_revision (
    district  TEXT /*postgres COLLATE "C" */ PRIMARY KEY,
    commit_no BIGINT NOT NULL
);

-- +goose Down
DROP TABLE district_revision;
DROP TABLE district_commit;
DROP TABLE place_return;
DROP TABLE place_district;
DROP TABLE place;
DROP TABLE source;
DROP TABLE commit_log;
DROP TABLE clock;
