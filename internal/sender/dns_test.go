package sender

import (
	"context"
	"encoding/binary"
	"net"
	"net/netip"
	"sync"
	"testing"

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

// nameServer starts a name server on loopback, and returns a resolver that asks it.
func nameServer(t *testing.T, z *zone) *net.Resolver {
	t.Helper()
	server, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() {
		_ = server.Close()
		<-done
	})
	go func() {
		defer close(done)
		buffer := make([]byte, 1500)
		for {
			n, from, err := server.ReadFrom(buffer)
			if err != nil {
				return
			}
			query, isA := buffer[:n], false
			if end, ok := questionEnd(query); ok {
				query, isA = query[:end], binary.BigEndian.Uint16(query[end-4:]) == 1
			}
			var addresses []netip.Addr
			if isA {
				z.mu.Lock()
				addresses = z.addresses
				z.mu.Unlock()
			}
			_, _ = server.WriteTo(response(query, addresses), from)
		}
	}()
	address := server.LocalAddr().String()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp4", address)
	}}
}

// questionEnd returns where the question of a query ends, with its type and class.
func questionEnd(query []byte) (int, bool) {
	for i := 12; i < len(query); i += 1 + int(query[i]) {
		if query[i] == 0 {
			return i + 5, i+5 <= len(query)
		}
	}
	return 0, false
}

// response returns the response to a query, which ends with its question (RFC 1035).
func response(query []byte, addresses []netip.Addr) []byte {
	r := append([]byte{}, query...)
	binary.BigEndian.PutUint16(r[2:], 0x8180) // a response, without error
	binary.BigEndian.PutUint16(r[6:], uint16(len(addresses)))
	binary.BigEndian.PutUint32(r[8:], 0)
	for _, a := range addresses {
		r = append(r, 0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4) // the name of the question, A, IN, not to be cached
		r = append(r, a.AsSlice()...)
	}
	return r
}

// TestRebindingIsRefused: the name has an address on the internet when somebody looks, and
// an inner one when the sender connects.
func TestRebindingIsRefused(t *testing.T) {
	r := newReceiver(t, ok)
	var z zone
	resolver := nameServer(t, &z)
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
	s := newSender(t, Config{Resolver: nameServer(t, &z)})
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
	s := newSender(t, Config{Resolver: nameServer(t, &z)})
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
