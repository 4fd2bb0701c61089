package transport

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"google.golang.org/grpc"
)

// Addresses says at which host:port each service that runs in another process is reached.
type Addresses map[string]string

// ParseAddresses reads "carehomes=host:9090,homecare=host2:9090". Only known services may be named,
// each once. Its error names every fault.
func ParseAddresses(text string, known []string) (Addresses, error) {
	addresses := Addresses{}
	var faults []error
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		service, address, err := parsePeer(part, known)
		if _, twice := addresses[service]; err == nil && twice {
			err = fmt.Errorf("service %q is named twice", service)
		}
		if err != nil {
			faults = append(faults, err)
			continue
		}
		addresses[service] = address
	}
	if len(faults) > 0 {
		return nil, fmt.Errorf("peers %q: %w", text, errors.Join(faults...))
	}
	return addresses, nil
}

func parsePeer(part string, known []string) (service, address string, err error) {
	service, address, found := strings.Cut(part, "=")
	service, address = strings.TrimSpace(service), strings.TrimSpace(address)
	switch {
	case !found:
		return "", "", fmt.Errorf("%q is not service=host:port", part)
	case !slices.Contains(known, service):
		return "", "", fmt.Errorf("service %q is not one of %s", service, strings.Join(known, ", "))
	}
	return service, address, checkAddress(address)
}

// Peers finds the connection to each service: to its address where it has one, else within this process.
type Peers struct {
	addresses Addresses
	local     *Local
	running   []string
	config    func(service string) Config

	mu    sync.Mutex
	conns map[string]*grpc.ClientConn
}

// NewPeers returns the peers of a process in which the running services are served on local. The
// connection to a service is made as config says for it.
func NewPeers(addresses Addresses, local *Local, running []string, config func(service string) Config) *Peers {
	return &Peers{
		addresses: maps.Clone(addresses),
		local:     local,
		running:   slices.Clone(running),
		config:    config,
		conns:     map[string]*grpc.ClientConn{},
	}
}

// Conn returns the connection to a service, the same one each time. Its error says that the service
// neither runs here nor has an address.
func (p *Peers) Conn(service string) (grpc.ClientConnInterface, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if conn, ok := p.conns[service]; ok {
		return conn, nil
	}
	conn, err := p.dial(service)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", service, err)
	}
	p.conns[service] = conn
	return conn, nil
}

func (p *Peers) dial(service string) (*grpc.ClientConn, error) {
	if address, ok := p.addresses[service]; ok {
		return Dial(address, p.config(service))
	}
	if p.local != nil && slices.Contains(p.running, service) {
		return p.local.Dial(p.config(service))
	}
	return nil, errors.New("it does not run in this process and no peer address is given for it")
}

// Close closes every connection.
func (p *Peers) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var faults []error
	for _, service := range slices.Sorted(maps.Keys(p.conns)) {
		if err := p.conns[service].Close(); err != nil {
			faults = append(faults, fmt.Errorf("close connection to %s: %w", service, err))
		}
	}
	clear(p.conns)
	return errors.Join(faults...)
}
