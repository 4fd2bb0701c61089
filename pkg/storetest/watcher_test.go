package storetest

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// helperMode, when set, makes this test binary a process that starts servers
// and is killed before it can stop them; see TestMain.
const helperMode = "STORETEST_HELPER"

func TestMain(m *testing.M) {
	if os.Getenv(helperMode) == "" {
		os.Exit(m.Run())
	}
	if err := startAndWait(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// startAndWait starts a PostgreSQL cluster and a frozen Redis, prints their
// directories, and waits to be killed.
func startAndWait() error {
	cluster, err := sharedCluster()
	if err != nil {
		return err
	}
	redis, err := newRedis(nil)
	if err != nil {
		return err
	}
	if err := redis.server.signal(syscall.SIGSTOP); err != nil {
		return err
	}
	fmt.Println(cluster.server.dir)
	fmt.Println(redis.server.dir)
	select {}
}

// TestNothingOutlivesAKilledProcess kills a process that runs servers, and
// waits until their directories are gone, which the watcher removes last.
func TestNothingOutlivesAKilledProcess(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), helperMode+"=1")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var dirs []string
	for lines := bufio.NewScanner(out); len(dirs) < 2 && lines.Scan(); {
		dirs = append(dirs, lines.Text())
	}
	if len(dirs) < 2 {
		t.Fatal("the helper did not start its servers")
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed, as asked
	deadline := time.Now().Add(startLimit)
	for _, dir := range dirs {
		for !isGone(dir) {
			if time.Now().After(deadline) {
				t.Fatalf("%s is still there", dir)
			}
			<-time.After(pollEvery)
		}
	}
}

func isGone(dir string) bool {
	_, err := os.Stat(dir)
	return errors.Is(err, fs.ErrNotExist)
}
