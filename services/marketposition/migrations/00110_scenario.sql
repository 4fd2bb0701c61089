-- +goose Up

-- Scenarios as they were worked out. A row is never altered but for archived_at, which is 0
-- while it is on its authority's list, and never deleted. They are results, not facts: no
-- statement rests on them, so they have no part in the ledger and raise no revision. Instants
-- are microseconds since 1970, UTC. `asked` is a digest of the request that made it.
CREATE TABLE scenario (
    authority   TEXT /*postgres COLLATE "C" */ NOT NULL,
    id          TEXT /*postgres COLLATE "C" */ NOT NULL,
    request_id  TEXT /*postgres COLLATE "C" */ NOT NULL,
    asked       TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    archived_at BIGINT NOT NULL,
    definition  BYTEA NOT NULL,
    results     BYTEA NOT NULL,
    PRIMARY KEY (authority, id)
);
CREATE UNIQUE INDEX scenario_by_request ON scenario (authority, request_id) WHERE request_id <> '';

-- +goose Down
DROP TABLE scenario;
