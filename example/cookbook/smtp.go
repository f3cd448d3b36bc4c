package cookbook

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/smtp"
	"net/textproto"
	"time"
)

// SMTP sends mail by a server that takes TLS connections, most often at port 465.
type SMTP struct {
	Host, Port, From, User, Password string
	TLS                              *tls.Config // nil for the default
}

// Send sends a message within a minute. An error says that the server has not taken it, which
// smtp.SendMail also says when the connection is lost later.
func (s SMTP) Send(ctx context.Context, to string, message []byte) error {
	ctx, stop := context.WithTimeout(ctx, time.Minute)
	defer stop()
	conn, err := (&tls.Dialer{Config: s.TLS}).DialContext(ctx, "tcp", net.JoinHostPort(s.Host, s.Port))
	if err != nil {
		return err
	}
	context.AfterFunc(ctx, func() { conn.Close() }) // also when Send returns
	c, err := smtp.NewClient(conn, s.Host)
	if err == nil {
		err = c.Auth(smtp.PlainAuth("", s.User, s.Password, s.Host))
	}
	if err == nil {
		err = c.Mail(s.From)
	}
	if err != nil {
		return err
	}
	if err := c.Rcpt(to); err != nil {
		if refusal, ok := errors.AsType[*textproto.Error](err); ok && refusal.Code >= 500 { // for good
			slog.Error("the mail server refuses an address", "address", to, "error", err)
			return nil // other mails must not wait for this one
		}
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	_, err = w.Write(message)
	return errors.Join(err, w.Close())
}
