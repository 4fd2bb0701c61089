package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/caremarket/caremarket/pkg/audience"
)

// sound are settings without a fault, as their defaults are.
func sound(change func(*serveCommand)) serveCommand {
	c := serveCommand{storeFlags: storeFlags{Data: "data"}, HTTP: "127.0.0.1:0", GRPC: "localhost:0", Admin: "[::1]:0", Grace: time.Second, LogLevel: "info", LogFormat: "json"}
	change(&c)
	return c
}

// No listener may be reached from elsewhere by oversight, and where one is meant to be,
// callers are the public unless it is said otherwise.
func TestWhoMayListenAndSee(t *testing.T) {
	listeners := map[string]func(*serveCommand, string){
		"http":  func(c *serveCommand, to string) { c.HTTP = to },
		"grpc":  func(c *serveCommand, to string) { c.GRPC = to },
		"admin": func(c *serveCommand, to string) { c.Admin = to },
	}
	for name, set := range listeners {
		for _, address := range []string{":0", "0.0.0.0:0", "[::]:0", "10.0.0.7:0", "care.example.org:0"} {
			c := sound(func(c *serveCommand) { set(c, address) })
			if _, err := c.check(); err == nil || !strings.Contains(err.Error(), address) || !strings.Contains(err.Error(), "--allow-unauthenticated") {
				t.Errorf("%s on %s: %v", name, address, err)
			}
			c.AllowUnauthenticated = true
			if s, err := c.check(); err != nil || s.audience != audience.Public {
				t.Errorf("%s on %s, allowed: audience %v, %v", name, address, s.audience, err)
			}
			c.Audience = "system"
			if s, err := c.check(); err != nil || s.audience != audience.System {
				t.Errorf("%s on %s, as told: audience %v, %v", name, address, s.audience, err)
			}
		}
	}
	if s, err := sound(func(*serveCommand) {}).check(); err != nil || s.audience != audience.Commissioner {
		t.Errorf("this machine alone: audience %v, %v", s.audience, err)
	}
}

func TestWhatRunsHere(t *testing.T) {
	const all = "carehomes=a:1,homecare=b:2,housingwithcare=c:3,workforce=d:4,marketposition=e:5"
	for name, test := range map[string]struct {
		services []string
		peers    string
		called   string
		fault    string
	}{
		"all":                         {nil, "", "caremarket", ""},
		"one":                         {[]string{"carehomes"}, "", "caremarket-carehomes", ""},
		"the gateway":                 {[]string{"gateway"}, all, "caremarket-gateway", ""},
		"the position":                {[]string{"marketposition"}, all, "caremarket-marketposition", ""},
		"the position asks no peer":   {[]string{"marketposition"}, "carehomes=a:1,homecare=b:2,housingwithcare=c:3", "", "workforce does not run here"},
		"the position is not its own": {[]string{"marketposition", "workforce"}, "carehomes=a:1,homecare=b:2,housingwithcare=c:3", "caremarket-marketposition-workforce", ""},
		"the gateway lacks it":        {[]string{"gateway", "workforce"}, "carehomes=a:1,homecare=b:2,housingwithcare=c:3", "", "marketposition does not run here"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := sound(func(c *serveCommand) { c.Services, c.Peers = test.services, test.peers }).check()
			if test.fault != "" {
				if err == nil || !strings.Contains(err.Error(), test.fault) || strings.Count(err.Error(), "--peers") != 1 {
					t.Errorf("%v, not %q alone", err, test.fault)
				}
				return
			}
			if err != nil || s.name() != test.called {
				t.Errorf("it is called %q, %v", s.name(), err)
			}
		})
	}
}

func TestBoundsOfAStop(t *testing.T) {
	for _, test := range []struct {
		grace, wait, age time.Duration
		fault            string
	}{
		{time.Second, 0, 0, ""},
		{2 * time.Second, time.Second, time.Hour, ""},
		{0, 0, 0, "--grace"},
		{time.Second, time.Second, 0, "--grace"},
		{time.Second, -time.Second, 0, "--grace"},
		{time.Second, 0, -1, "--connection-age"},
	} {
		_, err := sound(func(c *serveCommand) { c.Grace, c.DrainWait, c.ConnectionAge = test.grace, test.wait, test.age }).check()
		if (err != nil) != (test.fault != "") || err != nil && !strings.Contains(err.Error(), test.fault) {
			t.Errorf("%+v: %v", test, err)
		}
	}
}

// A setting is what the command line says, else the environment, else the file, else its
// default. Each gives an address that is none, so that the fault tells whose it was.
func TestWhoseSettingCounts(t *testing.T) {
	file := filepath.Join(t.TempDir(), "caremarket.yaml")
	if err := os.WriteFile(file, []byte("http: of-the-file\nadmin: of-the-file-too\ngrace: 1s\ndrain-wait: 3s\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("CAREMARKET_HTTP", "of-the-environment")
	t.Setenv("CAREMARKET_GRPC", "of-the-environment-too")
	t.Setenv("CAREMARKET_CONNECTION_AGE", "-7s")
	_, err := call(t, "serve", "--config", file, "--grpc=of-the-command-line", "--grace=2s")
	if err == nil {
		t.Fatal("it started")
	}
	for text, want := range map[string]bool{
		`"of-the-environment"`: true, `"of-the-file"`: false,
		`"of-the-command-line"`: true, `"of-the-environment-too"`: false,
		`"of-the-file-too"`:  true,
		"--grace 2s must be": true, "--drain-wait 3s": true, "--connection-age -7s": true,
	} {
		if strings.Contains(err.Error(), text) != want {
			t.Errorf("says %s: %t, want %t: %v", text, !want, want, err)
		}
	}
	t.Setenv("CAREMARKET_CONFIG", file)
	if _, err := call(t, "serve"); err == nil || !strings.Contains(err.Error(), "of-the-file-too") {
		t.Errorf("the environment names no file: %v", err)
	}
}

func TestFilesThatAreNoSettings(t *testing.T) {
	file := filepath.Join(t.TempDir(), "caremarket.yaml")
	for text, want := range map[string]string{
		"http: [":                          "configuration file",
		"just words":                       "configuration file",
		"zeal: 1\nallow: 2\n":              "no such setting: allow, zeal",
		"grace: soon\n":                    "grace",
		"":                                 "is not one of",
		"illustrative: mars\n":             "illustrative",
		"allow-unauthenticated: perhaps\n": "allow-unauthenticated",
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := call(t, "serve", "--services=nothing", "--config", file); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	if _, err := call(t, "serve", "--config", file+".away"); err == nil || !strings.Contains(err.Error(), file+".away") {
		t.Errorf("a file that is not there: %v", err)
	}
}
