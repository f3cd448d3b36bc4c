package sender

import (
	"context"
	"net/netip"
	"strings"
	"syscall"

	"github.com/go-helpdesk/helpdesk/webhook"
)

// control is the net.Dialer.ControlContext of connections to receivers. The dialer calls it
// with each address that it is about to connect to, after the name was resolved. So it
// does not matter what the name resolves to at another time.
func (s *Sender) control(_ context.Context, network, address string, _ syscall.RawConn) error {
	a, err := netip.ParseAddrPort(address)
	if err != nil || !strings.HasPrefix(network, "tcp") {
		return &webhook.AddressError{Kind: webhook.Reserved}
	}
	return s.check(a.Addr())
}
