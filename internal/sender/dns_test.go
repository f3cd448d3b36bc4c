package sender

import (
	"context"
	"net"
	"net/netip"
	"sync"
	"testing"

	"github.com/go-helpdesk/helpdesk/internal/nameserver"
	"github.com/go-helpdesk/helpdesk/webhook"
)

// zone has the IPv4 addresses that a name server answers with, whatever the name.
type zone struct {
	mu        sync.Mutex
	addresses []netip.Addr
}

func (z *zone) set(addresses ...string) {
	z.mu.Lock()
	defer z.mu.Unlock()
	z.addresses = nil
	for _, a := range addresses {
		z.addresses = append(z.addresses, netip.MustParseAddr(a))
	}
}

func (z *zone) get() []netip.Addr {
	z.mu.Lock()
	defer z.mu.Unlock()
	return z.addresses
}

// resolver returns a resolver that asks a name server with the zone.
func (z *zone) resolver(t *testing.T) *net.Resolver {
	t.Helper()
	address := nameserver.Start(t, z.get)
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp4", address)
	}}
}

// TestRebindingIsRefused: the name has an address on the internet when somebody looks, and
// an inner one when the sender connects.
func TestRebindingIsRefused(t *testing.T) {
	r := newReceiver(t, ok)
	var z zone
	resolver := z.resolver(t)
	z.set("1.1.1.1")
	looked, err := resolver.LookupNetIP(t.Context(), "ip4", "rebind.example.com")
	if err != nil || len(looked) != 1 || webhook.CheckAddress(looked[0].Unmap()) != nil {
		t.Fatalf("%v, %v", looked, err)
	}
	z.set("127.0.0.1")
	s := newSender(t, Config{Resolver: resolver})
	_, err = s.send(t, "http://rebind.example.com:"+r.port+"/")
	refused(t, err, "127.0.0.1")
	r.received(t, 0)
}

// TestRebindingBetweenAttempts: the first attempt reaches the receiver, and the next one
// does not, because the name has another address by then.
func TestRebindingBetweenAttempts(t *testing.T) {
	r := newReceiver(t, ok)
	var z zone
	s := newSender(t, Config{Resolver: z.resolver(t)})
	s.treatAsOutside("127.0.0.1")
	target := "http://rebind.example.com:" + r.port + "/"
	for i, c := range []struct {
		address  string
		received int
	}{{"127.0.0.1", 1}, {"127.0.0.2", 1}, {"127.0.0.1", 2}} {
		z.set(c.address)
		a, err := s.send(t, target)
		if i == 1 {
			refused(t, err, c.address)
		} else if err != nil || a.Status != 200 {
			t.Errorf("attempt %d: %+v, %v", i, a, err)
		}
		r.received(t, c.received)
	}
}

// TestEveryAddressOfANameIsChecked: of several addresses only those outside are connected to.
func TestEveryAddressOfANameIsChecked(t *testing.T) {
	r := newReceiver(t, ok)
	var z zone
	z.set("10.0.0.1", "169.254.169.254", "127.0.0.1")
	s := newSender(t, Config{Resolver: z.resolver(t)})
	target := "http://many.example.com:" + r.port + "/"
	if _, err := s.send(t, target); !isRefused(err) {
		t.Error(err)
	}
	r.received(t, 0)
	s.treatAsOutside("127.0.0.1")
	if a, err := s.send(t, target); err != nil || a.Status != 200 {
		t.Errorf("%+v, %v", a, err)
	}
	r.received(t, 1)
}
