-- +goose Up

-- District boundaries as they were imported, one row: GeoJSON, and its digest by which a
-- process knows whether what it has in memory is still this. They place things on the
-- map; no statement rests on them.
CREATE TABLE boundary (
    one         SMALLINT PRIMARY KEY CHECK (one = 1),
    digest      TEXT NOT NULL,
    name        TEXT NOT NULL,
    imported_at BIGINT NOT NULL,
    geojson     BYTEA NOT NULL
);

-- +goose Down
DROP TABLE boundary;
