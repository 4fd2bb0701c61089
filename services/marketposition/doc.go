// Package marketposition composes the Market Position Statement of a district and of an
// authority: who lives there, what care they need, what there is in the four markets, what
// is missing, and what its commissioners mean to do.
//
// What it holds itself are facts (package facts): population, projections, rates of need,
// published figures, intentions, actions, rules for signals and what models assume. They
// come in by Load and the importers (load.go, import_*.go), are kept in versions (pkg/ledger)
// and read as they were known at a moment. The markets are asked through their clients
// at the same moment (markets.go), each within its own time: one that is away leaves its
// section out and says so.
//
// A statement is a pure function of these two (package statement): the same facts and
// answers give the same bytes, whatever is recorded later. The server's methods
// (server_*.go) only carry questions to it and keep its answers by the revisions of all
// five services (answers.go).
package marketposition
