package e2e_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/caremarket/caremarket/e2e/suite"
	"github.com/caremarket/caremarket/pkg/redisconn"
	"github.com/caremarket/caremarket/pkg/storetest"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// TestRestoreWithRedis takes the store back to a backup while Redis keeps what was answered
// since. The next commit gets the number of one that was lost, and no answer of the lost.
func TestRestoreWithRedis(t *testing.T) {
	redis, data, backup := storetest.Redis(t), t.TempDir(), t.TempDir()
	s := suite.One(t, "--data="+data, "--illustrative=none", "--redis=redis://"+redis.Addr())
	p := s.Of(suite.HomeCare)
	branch := newBranch(t, s, "--data="+data)
	p.Stop(t)
	replace(t, backup, data)

	p.Start(t)
	lost := spare(t, s, branch, 100)
	awaitShared(t, redis)
	p.Stop(t)
	replace(t, data, backup)

	p.Start(t)
	if kept := spare(t, s, branch, 60); kept != lost {
		t.Errorf("the return has revision %d; this test is of one that is given again, %d", kept, lost)
	}
}

// spare returns a branch's spare hours of today, reads them back and gives the revision.
func spare(t *testing.T, s *suite.Suite, branch *homecarev1.HomeCareBranch, hours float64) int64 {
	t.Helper()
	kept := send(t, s, "/v1/"+branch.GetName()+"/returns", &homecarev1.HomeCareReturn{
		AsAt: today(), Zones: []*homecarev1.ZoneReturn{{Zone: branch.GetZones()[0], HoursSpare: &hours}},
	}, &homecarev1.SubmitHomeCareReturnResponse{})
	path := fmt.Sprintf("/v1/%s/homeCareCapacity?minRevision=%d", branch.GetDistrict(), kept.GetRevision())
	got := suite.Read(t, s, path, &homecarev1.HomeCareCapacity{}).GetHours().GetSpare()
	if got.GetValue() != hours {
		t.Errorf("%g spare hours were returned and %v is read", hours, got)
	}
	return kept.GetRevision()
}

// replace puts a copy of one folder in place of another.
func replace(t *testing.T, folder, with string) {
	t.Helper()
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(folder, os.DirFS(with)); err != nil {
		t.Fatal(err)
	}
}

// awaitShared waits until an answer has come to Redis.
func awaitShared(t *testing.T, server *storetest.RedisServer) {
	t.Helper()
	client, err := redisconn.Open("redis://"+server.Addr(), redisconn.Config{Budget: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	eventually(t, "an answer comes to Redis", func() error {
		n, err := client.DBSize(context.WithoutCancel(t.Context())).Result()
		if err == nil && n == 0 {
			err = fmt.Errorf("it holds nothing")
		}
		return err
	})
}
