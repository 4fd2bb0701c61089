package sqldb

import (
	"database/sql"
	"fmt"
	"maps"
	"time"

	"github.com/exaring/otelpgx"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
)

const (
	connectTimeout  = 5 * time.Second
	connMaxLifetime = time.Hour
	connMaxIdleTime = 10 * time.Minute
)

// sessionDefaults bound what a session may wait for. The store's URL may give
// its own value for each.
func sessionDefaults(service string) map[string]string {
	return map[string]string{
		"application_name":                    "caremarket-" + service,
		"statement_timeout":                   "30s",
		"lock_timeout":                        "10s",
		"idle_in_transaction_session_timeout": "60s",
	}
}

// openPostgres sets up the pool whose every connection stands in the service's
// own schema.
func (db *DB) openPostgres(options Options) error {
	config, err := pgx.ParseConfig(options.URL)
	if err != nil {
		// pgx repeats the URL in its error, and may repeat the password.
		return fmt.Errorf("store %s: its postgres URL does not parse", options.Service)
	}
	params := sessionDefaults(options.Service)
	maps.Copy(params, config.RuntimeParams)
	params["search_path"] = options.Service
	config.RuntimeParams = params
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectTimeout
	}
	config.Tracer = otelpgx.NewTracer(
		otelpgx.WithTracerProvider(options.Tracer),
		otelpgx.WithMeterProvider(options.Meter),
		otelpgx.WithDisableConnectionDetailsInAttributes(),
	)
	pool := newPool(stdlib.GetConnector(*config), options.MaxConns)
	pool.SetConnMaxLifetime(connMaxLifetime)
	pool.SetConnMaxIdleTime(connMaxIdleTime)
	db.writer, db.reader = pool, pool
	db.migrate = func() migrationPool { return postgresMigrations(config) }
	return nil
}

// postgresMigrations returns a pool without time limits on its statements: a
// migration takes as long as it takes.
func postgresMigrations(config *pgx.ConnConfig) migrationPool {
	config = config.Copy()
	for _, limit := range []string{"statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"} {
		config.RuntimeParams[limit] = "0"
	}
	return migrationPool{db: sql.OpenDB(stdlib.GetConnector(*config)), dialect: goose.DialectPostgres}
}
