package sqldb_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/caremarket/caremarket/pkg/sqldb"
	"github.com/caremarket/caremarket/pkg/storetest"
)

// helperURL, when set, makes this test binary a second process that writes to
// the store it names; see TestMain.
const helperURL = "SQLDB_HELPER_URL"

func TestMain(m *testing.M) {
	if url := os.Getenv(helperURL); url != "" {
		if err := writeWithoutEnd(url); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// writeWithoutEnd adds homes one by one and prints each id once it is
// acknowledged, until nobody reads what it prints.
func writeWithoutEnd(url string) error {
	ctx := context.Background()
	db, err := sqldb.Open(ctx, sqldb.Options{Service: "carehomes", URL: url, Migrations: homes})
	if err != nil {
		return err
	}
	if err := db.Migrate(ctx); err != nil {
		return err
	}
	for i := 0; ; i++ {
		id := strconv.Itoa(os.Getpid()) + "-" + strconv.Itoa(i)
		if err := db.Update(ctx, func(tx *sqldb.Tx) error { return addHome(ctx, tx, id, 1) }); err != nil {
			return err
		}
		if _, err := fmt.Println(id); err != nil {
			return err
		}
	}
}

// helper starts a second process that writes, and returns what it prints.
func helper(t *testing.T, url string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), helperURL+"="+url)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if stderr.Len() > 0 {
			t.Errorf("the other process says: %s", stderr.String())
		}
	})
	return cmd, bufio.NewScanner(out)
}

// TestKilledWritersLoseNothing kills processes while they write, one after
// another, and looks for every row that they had acknowledged.
func TestKilledWritersLoseNothing(t *testing.T) {
	url := storetest.SQLite(t)
	var acknowledged []string
	for killed := range 5 {
		cmd, lines := helper(t, url)
		for range 20 + killed {
			if !lines.Scan() {
				t.Fatal("the writer ended early")
			}
			acknowledged = append(acknowledged, lines.Text())
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() { // what it printed before it died
			acknowledged = append(acknowledged, lines.Text())
		}
	}
	db := open(t, url)
	kept := map[string]bool{}
	for id := range ids(t, db.Read(), "SELECT id FROM homes") {
		kept[id] = true
	}
	for _, id := range acknowledged {
		if !kept[id] {
			t.Errorf("acknowledged row %s is gone", id)
		}
	}
	for result := range ids(t, db.Read(), "PRAGMA integrity_check") {
		if result != "ok" {
			t.Errorf("integrity: %s", result)
		}
	}
}

// TestTwoProcessesWriteOneFile writes from this process, through two openers,
// and from another one at once. None may find the store locked.
func TestTwoProcessesWriteOneFile(t *testing.T) {
	url := storetest.SQLite(t)
	_, lines := helper(t, url)
	var wg sync.WaitGroup
	const each = 50
	for opener := range 2 {
		db := openMigrated(t, url)
		wg.Go(func() {
			for i := range each {
				id := fmt.Sprint("here-", opener, "-", i)
				if err := db.Update(t.Context(), func(tx *sqldb.Tx) error { return addHome(t.Context(), tx, id, 1) }); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range each {
		if !lines.Scan() {
			t.Fatal("the other process ended early")
		}
	}
	wg.Wait()
	if got := countHomes(t, open(t, url).Read()); got < 3*each {
		t.Errorf("%d rows of %d", got, 3*each)
	}
}

// TestOpenersAtOnce opens and migrates one new file from many goroutines.
func TestOpenersAtOnce(t *testing.T) {
	url := storetest.SQLite(t)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			db, err := sqldb.Open(t.Context(), sqldb.Options{Service: "carehomes", URL: url, Migrations: homes})
			if err != nil {
				t.Error(err)
				return
			}
			defer db.Close()
			if err := db.Migrate(t.Context()); err != nil {
				t.Error(err)
			}
			err = db.Update(t.Context(), func(tx *sqldb.Tx) error { return addHome(t.Context(), tx, fmt.Sprint("1-", i), 1) })
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := countHomes(t, open(t, url).Read()); got != 8 {
		t.Errorf("%d rows", got)
	}
}

// TestWaitingForTheWriterEndsWithTheContext waits behind a writer of this
// opener and behind one of another.
func TestWaitingForTheWriterEndsWithTheContext(t *testing.T) {
	url := storetest.SQLite(t)
	db, other := openMigrated(t, url), open(t, url)
	for name, waiter := range map[string]*sqldb.DB{"same opener": db, "another opener": other} {
		t.Run(name, func(t *testing.T) {
			err := db.Update(t.Context(), func(*sqldb.Tx) error {
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
				defer cancel()
				err := waiter.Update(ctx, func(*sqldb.Tx) error { return errors.New("both write") })
				if !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("error %v", err)
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
			mustAdd(t, waiter, name, 1)
		})
	}
}

// TestReadersGoOnWhileAWriterWorks reads from as many snapshots as there are
// connections within a write transaction.
func TestReadersGoOnWhileAWriterWorks(t *testing.T) {
	db := openMigrated(t, storetest.SQLite(t))
	err := db.Update(t.Context(), func(tx *sqldb.Tx) error {
		if err := addHome(t.Context(), tx, "1-1", 1); err != nil {
			return err
		}
		return db.View(t.Context(), func(first sqldb.Queryer) error {
			return db.View(t.Context(), func(second sqldb.Queryer) error {
				if n := countHomes(t, first) + countHomes(t, second); n != 0 {
					t.Errorf("snapshots see %d uncommitted rows", n)
				}
				return nil
			})
		})
	})
	if err != nil {
		t.Error(err)
	}
}

// TestSQLiteIsDurableByItsSettings reads back what a writer was opened with.
func TestSQLiteIsDurableByItsSettings(t *testing.T) {
	db := open(t, storetest.SQLite(t))
	want := map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"}
	err := db.Update(t.Context(), func(tx *sqldb.Tx) error {
		for pragma, value := range want {
			var got string
			if err := tx.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil {
				return err
			}
			if got != value {
				t.Errorf("%s is %s, want %s", pragma, got, value)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// TestTheFileIsWhereItsURLSays guards the layout that backups rely on.
func TestTheFileIsWhereItsURLSays(t *testing.T) {
	url := storetest.SQLite(t)
	openMigrated(t, url)
	files, err := filepath.Glob(filepath.Join(strings.TrimPrefix(url, "sqlite:"), "carehomes.*"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, file := range files {
		names = append(names, filepath.Base(file))
	}
	if got := strings.Join(names, " "); got != "carehomes.db carehomes.db-shm carehomes.db-wal carehomes.migrate.lock" {
		t.Errorf("files %s", got)
	}
}
