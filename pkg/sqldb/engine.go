package sqldb

// Engine names the SQL dialect behind a [DB].
type Engine int

// The engines a store can stand on.
const (
	SQLite Engine = iota + 1
	PostgreSQL
)

// String returns the engine's name as OpenTelemetry's db.system.name has it.
func (e Engine) String() string {
	switch e {
	case SQLite:
		return "sqlite"
	case PostgreSQL:
		return "postgresql"
	default:
		return "unknown"
	}
}
