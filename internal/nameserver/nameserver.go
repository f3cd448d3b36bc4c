package nameserver

import (
	"encoding/binary"
	"net"
	"net/netip"
	"testing"
)

// Start starts a name server until the end of a test, and returns its address, which takes
// UDP. It answers each question for the IPv4 addresses of a name, whatever the name, with
// what addresses returns at that moment, and every other question with nothing. Addresses
// must be safe for concurrent use.
func Start(t testing.TB, addresses func() []netip.Addr) string {
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
			if query, ok := question(buffer[:n]); ok {
				_, _ = server.WriteTo(answer(query, addresses), from)
			}
		}
	}()
	return server.LocalAddr().String()
}

// question returns a query up to the end of its question, which has a type and a class.
func question(query []byte) ([]byte, bool) {
	for i := 12; i < len(query); i += 1 + int(query[i]) {
		if query[i] == 0 {
			return query[:min(i+5, len(query))], i+5 <= len(query)
		}
	}
	return nil, false
}

// answer returns the response to a query, which ends with its question (RFC 1035).
func answer(query []byte, addresses func() []netip.Addr) []byte {
	const typeA = 1
	var found []netip.Addr
	if binary.BigEndian.Uint16(query[len(query)-4:]) == typeA {
		found = addresses()
	}
	r := append([]byte{}, query...)
	binary.BigEndian.PutUint16(r[2:], 0x8180) // a response, without error
	binary.BigEndian.PutUint16(r[6:], uint16(len(found)))
	binary.BigEndian.PutUint32(r[8:], 0)
	for _, a := range found {
		r = append(r, 0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4) // the name of the question, A, IN, not to be cached
		r = append(r, a.AsSlice()...)
	}
	return r
}
