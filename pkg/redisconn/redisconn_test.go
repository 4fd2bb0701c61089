package redisconn_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"github.com/caremarket/caremarket/pkg/redisconn"
)

// budgets are the options that decide how long a caller can be held up.
type budgets struct {
	Dial, Read, Write, Pool time.Duration
	Size, MaxActive         int
	Retries                 int
	ContextDecides          bool
}

func budgetsOf(o *redis.Options) budgets {
	return budgets{
		Dial: o.DialTimeout, Read: o.ReadTimeout, Write: o.WriteTimeout, Pool: o.PoolTimeout,
		Size: o.PoolSize, MaxActive: o.MaxActiveConns,
		Retries: o.MaxRetries, ContextDecides: o.ContextTimeoutEnabled,
	}
}

func TestOpenBoundsEveryWait(t *testing.T) {
	const ms = time.Millisecond
	for name, c := range map[string]struct {
		url    string
		config redisconn.Config
		want   budgets
	}{
		"defaults": {
			url:  "redis://localhost",
			want: budgets{Dial: 5 * ms, Read: 5 * ms, Write: 5 * ms, Pool: 5 * ms, Size: 8, MaxActive: 8, ContextDecides: true},
		},
		"configured": {
			url:    "redis://localhost",
			config: redisconn.Config{Budget: 20 * ms, Connections: 3},
			want:   budgets{Dial: 20 * ms, Read: 20 * ms, Write: 20 * ms, Pool: 20 * ms, Size: 3, MaxActive: 3, ContextDecides: true},
		},
		"the address comes first": {
			url:    "redis://localhost?read_timeout=7ms&pool_size=2",
			config: redisconn.Config{Budget: 20 * ms, Connections: 3},
			want:   budgets{Dial: 20 * ms, Read: 7 * ms, Write: 20 * ms, Pool: 20 * ms, Size: 2, MaxActive: 2, ContextDecides: true},
		},
		"retries cannot be asked for": {
			url:  "redis://localhost?max_retries=9",
			want: budgets{Dial: 5 * ms, Read: 5 * ms, Write: 5 * ms, Pool: 5 * ms, Size: 8, MaxActive: 8, ContextDecides: true},
		},
	} {
		t.Run(name, func(t *testing.T) {
			client, err := redisconn.Open(c.url, c.config)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = client.Close() })
			if diff := cmp.Diff(c.want, budgetsOf(client.Options())); diff != "" {
				t.Errorf("options (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOpenReadsTheAddress(t *testing.T) {
	client, err := redisconn.Open("rediss://reader:s3cret@cache.example:6380/4", redisconn.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	o := client.Options()
	if o.Addr != "cache.example:6380" || o.Username != "reader" || o.Password != "s3cret" || o.DB != 4 || o.TLSConfig == nil {
		t.Errorf("got address %q, user %q, database %d, TLS %v", o.Addr, o.Username, o.DB, o.TLSConfig != nil)
	}
}

func TestOpenNeverRepeatsThePassword(t *testing.T) {
	for _, url := range []string{
		"http://user:s3cret@host",
		"redis://user:s3cret@host:port",
		"redis://user:1/s3cret@host",
		"redis://user:s3cret/x@host",
		"redis://user:1?s3cret@host",
		"redis://host?s3cret=1",
		"redis://user:s3cret%zz@host",
		"s3cret",
		"",
	} {
		client, err := redisconn.Open(url, redisconn.Config{})
		if err == nil {
			_ = client.Close()
			t.Errorf("%q was accepted", url)
		} else if strings.Contains(err.Error(), "s3cret") {
			t.Errorf("error for %q repeats its password: %v", url, err)
		}
	}
}
