// Package intake is how tables from outside come in: a register, an extract, a
// publisher's statistics, as CSV or XLSX. It finds the header row by the names of its
// columns, reads the rows below one at a time, gathers everything that is wrong with a
// row, and writes the rejected rows to a file that can be mended and read again.
//
// What the columns mean is the importer's own. An importer is
//
//	rows, err := intake.Open(source, layouts...)
//	for row, err := range rows.All(ctx, options.Progress) {
//		beds := row.Count("Care homes beds")
//		if row.Faulty() { rejects.Add(row); continue }
//	}
//	err = errors.Join(rejects.End(&report, options.Partial), rows.Close())
//
// Memory is bounded by one row. A file is taken whole or not at all unless it is asked
// for in part: an importer keeps rows in one transaction, or reads the source twice,
// first to check and then to keep.
package intake
