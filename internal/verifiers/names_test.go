package verifiers

import (
	"encoding/binary"
	"net"
	"net/netip"
	"testing"
)

// nameServer starts a name server on loopback and returns its address. It answers every
// question for an IPv4 address with what address returns.
func nameServer(t *testing.T, address func() netip.Addr) string {
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
				_, _ = server.WriteTo(answer(query, address), from)
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
func answer(query []byte, address func() netip.Addr) []byte {
	r := append([]byte{}, query...)
	binary.BigEndian.PutUint16(r[2:], 0x8180) // a response, without error
	binary.BigEndian.PutUint32(r[8:], 0)
	if binary.BigEndian.Uint16(query[len(query)-4:]) != 1 { // not A
		binary.BigEndian.PutUint16(r[6:], 0)
		return r
	}
	binary.BigEndian.PutUint16(r[6:], 1)
	r = append(r, 0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4) // the name of the question, A, IN, not to be cached
	return append(r, address().AsSlice()...)
}
