package homecare

import (
	"embed"
	"io/fs"

	"github.com/caremarket/caremarket/pkg/ledger"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations returns the schema of this service, the ledger's and its own, for sqldb.Open.
func Migrations() fs.FS { return ledger.MigrationsWith(migrations) }
