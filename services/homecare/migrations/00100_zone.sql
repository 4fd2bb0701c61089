-- +goose Up

-- The zones that councils commission by, every version of each: known from commit `since`
-- until the commit `until`, as places of the register are.
CREATE TABLE zone (
    id        TEXT /*postgres COLLATE "C" */ NOT NULL,
    since     BIGINT NOT NULL,
    until     BIGINT NOT NULL,
    authority TEXT /*postgres COLLATE "C" */ NOT NULL,
    payload   BYTEA NOT NULL,
    PRIMARY KEY (id, since)
);

-- The districts that each version reaches into.
CREATE TABLE zone_district (
    district TEXT /*postgres COLLATE "C" */ NOT NULL,
    zone     TEXT /*postgres COLLATE "C" */ NOT NULL,
    since    BIGINT NOT NULL,
    until    BIGINT NOT NULL,
    PRIMARY KEY (district, zone, since)
);
CREATE INDEX zone_district_by_zone ON zone_district (zone, since);

-- +goose Down
DROP TABLE zone_district;
DROP TABLE zone;
