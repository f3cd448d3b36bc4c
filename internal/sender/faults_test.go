package sender

import (
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/webhook"
)

// TestReceiversThatHang do so at each stage. The timeout of these attempts is short.
func TestReceiversThatHang(t *testing.T) {
	hang := func(c net.Conn) { _, _ = io.Copy(io.Discard, c) } // until the sender closes the connection
	for name, c := range map[string]struct {
		scheme string
		sends  string
	}{
		"before the answer": {"http", ""},
		"in the handshake":  {"https", ""},
		"in the headers":    {"http", "HTTP/1.1 200 OK\r\nContent-"},
		"in front":          {"http", "HTTP/1.1 103 Early Hints\r\n\r\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := rawServer(t, func(conn net.Conn) {
				_, _ = conn.Read(make([]byte, 4096))
				_, _ = io.WriteString(conn, c.sends)
				hang(conn)
			})
			s := newSender(t, Config{AllowPrivate: true})
			s.timeout = 100 * time.Millisecond
			s.direct.TLSHandshakeTimeout = s.timeout
			if _, err := s.send(t, c.scheme+"://"+address); !failed(err, webhook.TimedOut) {
				t.Error(err)
			}
		})
	}
	t.Run("in the body", func(t *testing.T) {
		t.Parallel()
		address := rawServer(t, func(conn net.Conn) {
			_, _ = conn.Read(make([]byte, 4096))
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx")
			hang(conn)
		})
		s := newSender(t, Config{AllowPrivate: true})
		s.timeout = 100 * time.Millisecond
		// What has been answered counts. On a machine that is too slow for that, there is none.
		if a, err := s.send(t, "http://"+address); a.Status != 200 && !failed(err, webhook.TimedOut) {
			t.Errorf("%+v, %v", a, err)
		}
	})
}

// TestSwitchingProtocols leaves a connection without an end, which is not waited for.
func TestSwitchingProtocols(t *testing.T) {
	address := rawServer(t, func(c net.Conn) {
		_, _ = c.Read(make([]byte, 4096))
		_, _ = io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n")
		_, _ = io.Copy(io.Discard, c)
	})
	s := newSender(t, Config{AllowPrivate: true})
	a, err := s.send(t, "http://"+address)
	if err != nil || a.Status != 101 || webhook.Judge(a, time.Now()).Verdict != webhook.Failed {
		t.Errorf("%+v, %v", a, err)
	}
}

// TestNoValidAnswer: nothing that the receiver sent is in the text of the error.
func TestNoValidAnswer(t *testing.T) {
	for name, sends := range map[string]string{
		"nothing":         "",
		"another service": "SSH-2.0-OpenSSH_sesame\r\n",
		"bad status":      "HTTP/1.1 sesame OK\r\n\r\n",
		"bad length":      "HTTP/1.1 200 OK\r\nContent-Length: sesame\r\n\r\n",
		"large headers":   "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("sesame", maxHeader) + "\r\n\r\n",
		"many hints":      strings.Repeat("HTTP/1.1 103 Early Hints\r\nX: sesame\r\n\r\n", 2000),
	} {
		address := rawServer(t, func(c net.Conn) {
			_, _ = c.Read(make([]byte, 4096))
			_, _ = io.WriteString(c, sends)
		})
		s := newSender(t, Config{AllowPrivate: true})
		if _, err := s.send(t, "http://"+address); !failed(err, webhook.NoAnswer) || strings.Contains(err.Error(), "sesame") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestOnlyAPartOfTheAnswerIsRead: the receiver never stops sending, and the sender has
// read enough after a while.
func TestOnlyAPartOfTheAnswerIsRead(t *testing.T) {
	stopped := make(chan struct{})
	r := newReceiver(t, func(w http.ResponseWriter, _ *http.Request) {
		for {
			if _, err := w.Write(make([]byte, 1<<16)); err != nil {
				close(stopped)
				return
			}
		}
	})
	s := newSender(t, Config{AllowPrivate: true})
	s.timeout = time.Hour
	if a, err := s.send(t, r.at("127.0.0.1")); err != nil || a.Status != 200 {
		t.Errorf("%+v, %v", a, err)
	}
	<-stopped
}

func TestNoConnection(t *testing.T) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	_ = listener.Close()
	s := newSender(t, Config{AllowPrivate: true})
	if _, err := s.send(t, "http://"+address); !failed(err, webhook.NoConnection) {
		t.Error(err)
	}
}

func TestUnknownNames(t *testing.T) {
	s := newSender(t, Config{Resolver: (&zone{}).resolver(t)})
	_, err := s.send(t, "http://unknown.example.com/")
	if _, ok := errors.AsType[*net.DNSError](err); !ok || !failed(err, webhook.NameUnknown) {
		t.Error(err)
	}
}

func TestTLS(t *testing.T) {
	r := startReceiver(t, ok, (*httptest.Server).StartTLS)
	target := strings.Replace(r.at("127.0.0.1"), "http:", "https:", 1)
	if _, err := newSender(t, Config{AllowPrivate: true}).send(t, target); !failed(err, webhook.NoTLS) {
		t.Errorf("unknown certificate: %v", err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(r.Certificate())
	s := newSender(t, Config{AllowPrivate: true, RootCAs: roots})
	if a, err := s.send(t, target); err != nil || a.Status != 200 {
		t.Errorf("%+v, %v", a, err)
	}
	if _, err := s.send(t, strings.Replace(target, "127.0.0.1", "localhost", 1)); !failed(err, webhook.NoTLS) {
		t.Errorf("another host's certificate: %v", err)
	}
	r.received(t, 1)
	plain := newReceiver(t, ok)
	if _, err := s.send(t, "https://127.0.0.1:"+plain.port); !failed(err, webhook.NoTLS) {
		t.Errorf("no TLS: %v", err)
	}
}
