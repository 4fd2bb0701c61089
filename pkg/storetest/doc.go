// Package storetest gives tests real stores: private PostgreSQL clusters, SQLite
// directories and Redis servers, each on a free port of 127.0.0.1. Nothing is
// shared with what runs on the machine already, and nothing outlives the test
// process: a watcher stops each server and removes its files even when the
// process is killed. It is for tests only.
package storetest
