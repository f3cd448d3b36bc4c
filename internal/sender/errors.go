package sender

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"

	"github.com/go-helpdesk/helpdesk/webhook"
)

var (
	errURL   = errors.New("not the URL of a webhook")
	errProxy = errors.New("the proxy of the request could not be found out")
)

// sendError returns why there was no answer.
func sendError(err error) *webhook.SendError {
	return &webhook.SendError{Failure: failure(err), Cause: err}
}

func failure(err error) webhook.Failure {
	if errors.Is(err, errURL) {
		return webhook.BadURL
	}
	if _, ok := errors.AsType[*webhook.AddressError](err); ok {
		return webhook.AddressRefused
	}
	if e, ok := errors.AsType[*net.DNSError](err); ok && !e.IsTimeout {
		return webhook.NameUnknown
	}
	if e, ok := errors.AsType[net.Error](err); errors.Is(err, context.DeadlineExceeded) || ok && e.Timeout() {
		return webhook.TimedOut
	}
	if isTLS(err) {
		return webhook.NoTLS
	}
	if e, ok := errors.AsType[*net.OpError](err); errors.Is(err, errProxy) || ok && (e.Op == "dial" || e.Op == "proxyconnect") {
		return webhook.NoConnection
	}
	return webhook.NoAnswer
}

// isTLS reports whether an error is of the TLS handshake.
func isTLS(err error) bool {
	_, certificate := errors.AsType[*tls.CertificateVerificationError](err)
	_, host := errors.AsType[x509.HostnameError](err)
	_, record := errors.AsType[tls.RecordHeaderError](err)
	_, alert := errors.AsType[tls.AlertError](err)
	return certificate || host || record || alert
}
