// Package e2e holds the scenarios that the whole suite must pass, whether it runs in
// one process or in several, and what must still hold while parts of it are away.
package e2e
