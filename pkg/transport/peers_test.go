package transport

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/interop/grpc_testing"
)

var known = []string{"carehomes", "homecare", "workforce"}

func TestParseAddresses(t *testing.T) {
	tests := map[string]struct {
		text string
		want Addresses
	}{
		"empty":  {"", Addresses{}},
		"one":    {"carehomes=host:9090", Addresses{"carehomes": "host:9090"}},
		"spaces": {" carehomes = host:9090 , homecare=[::1]:9091, ", Addresses{"carehomes": "host:9090", "homecare": "[::1]:9091"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := ParseAddresses(test.text, known)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("addresses differ (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseAddressesNamesEveryFault(t *testing.T) {
	_, err := ParseAddresses("carehomes, shops=a:1, homecare=b:x, workforce=c:1, workforce=d:2, carehomes=:1", known)
	if err == nil {
		t.Fatal("accepted")
	}
	for _, part := range []string{
		`"carehomes" is not service=host:port`, `service "shops" is not one of carehomes, homecare, workforce`,
		`port "x"`, `service "workforce" is named twice`, `address ":1" is not host:port`,
	} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q lacks %s", err, part)
		}
	}
}

func TestPeersPreferAnAddressToThisProcess(t *testing.T) {
	answered := map[string]int{}
	count := func(where string) *sample {
		return &sample{unary: func(context.Context) error { answered[where]++; return nil }}
	}
	local := NewLocal()
	serve(t, local.Listener(), count("here"))
	listener := listenTCP(t, "127.0.0.1:0")
	serve(t, listener, count("there"))

	peers := NewPeers(Addresses{"homecare": listener.Addr().String()}, local, []string{"carehomes", "homecare"},
		func(string) Config { return Config{} })
	for service, where := range map[string]string{"carehomes": "here", "homecare": "there"} {
		conn, err := peers.Conn(service)
		if err != nil {
			t.Fatal(err)
		}
		if err := call(t.Context(), grpc_testing.NewTestServiceClient(conn)); err != nil || answered[where] != 1 {
			t.Errorf("%s answered %v, want one call %s (%v)", service, answered, where, err)
		}
		if again, _ := peers.Conn(service); again != conn {
			t.Errorf("a second connection to %s was made", service)
		}
	}
	if err := peers.Close(); err != nil {
		t.Error(err)
	}
}

func TestPeersSayWhoIsMissing(t *testing.T) {
	asked := ""
	config := func(service string) Config { asked = service; return Config{} }
	for name, peers := range map[string]*Peers{
		"nowhere":             NewPeers(nil, NewLocal(), []string{"carehomes"}, config),
		"nothing in memory":   NewPeers(nil, nil, []string{"workforce"}, config),
		"address not usable":  NewPeers(Addresses{"workforce": "nowhere"}, NewLocal(), known, config),
		"nothing runs at all": NewPeers(Addresses{}, NewLocal(), nil, config),
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := peers.Conn("workforce"); err == nil || !strings.Contains(err.Error(), "connect to workforce: ") {
				t.Errorf("Conn: %v", err)
			}
		})
	}
	if asked != "workforce" {
		t.Errorf("the config of %q was asked for", asked)
	}
}

func FuzzParseAddresses(f *testing.F) {
	for _, seed := range []string{"", "carehomes=host:9090", "carehomes=host:9090,homecare=[::1]:1", "=,=", "workforce==a:1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		addresses, err := ParseAddresses(text, known)
		if err != nil {
			return
		}
		var again []string
		for service, address := range addresses {
			if err := checkAddress(address); err != nil {
				t.Errorf("%q gave %v", text, err)
			}
			again = append(again, service+"="+address)
		}
		same, err := ParseAddresses(strings.Join(again, ","), known)
		if diff := cmp.Diff(addresses, same); err != nil || diff != "" {
			t.Errorf("%q does not survive a round trip: %v\n%s", text, err, diff)
		}
	})
}
