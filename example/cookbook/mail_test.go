package cookbook

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"net/textproto"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// fakeSMTP is a mail server. It refuses what comes to gone@example.com.
type fakeSMTP struct {
	net.Listener
	mu      sync.Mutex
	next    []string // what it answers the next recipients instead of 250; "" closes the connection
	lost    bool     // whether it closes connections once it has taken a mail
	hung    func()   // is called instead of answering a recipient, when set
	mails   []string // who got them, and what they say
	headers []mail.Header
}

func newSMTP(t *testing.T) (*fakeSMTP, SMTP) {
	t.Helper()
	certified := httptest.NewTLSServer(nil)
	t.Cleanup(certified.Close)
	l, err := tls.Listen("tcp", "127.0.0.1:0", certified.TLS)
	if err != nil {
		t.Fatal(err)
	}
	s := &fakeSMTP{Listener: l}
	var running sync.WaitGroup
	t.Cleanup(func() { l.Close(); running.Wait() })
	running.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			running.Go(func() { s.serve(conn) })
		}
	})
	host, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	trust := certified.Client().Transport.(*http.Transport).TLSClientConfig
	return s, SMTP{Host: host, Port: port, From: "desk@example.com", User: "desk", Password: "s3cret", TLS: trust}
}

func (s *fakeSMTP) serve(conn net.Conn) {
	defer conn.Close()
	text, to, known := textproto.NewReader(bufio.NewReader(conn)), "", false
	say := func(line string) { fmt.Fprintf(conn, "%s\r\n", line) }
	say("220 mail.example.com")
	for {
		line, err := text.ReadLine()
		if err != nil {
			return
		}
		verb, _, _ := strings.Cut(line, " ")
		switch {
		case verb == "EHLO":
			say("250-mail.example.com\r\n250 AUTH PLAIN")
		case line == "AUTH PLAIN AGRlc2sAczNjcmV0":
			known = true
			say("235 welcome")
		case !known:
			say("530 who are you?")
		case verb == "RCPT":
			answer := s.recipient(line)
			if answer == "" {
				return
			}
			if to = ""; answer == "250 yes" {
				to = strings.TrimSuffix(strings.TrimPrefix(line, "RCPT TO:<"), ">")
			}
			say(answer)
		case verb == "DATA" && to == "":
			say("503 to whom?")
		case verb == "DATA":
			say("354 go on")
			message, err := text.ReadDotBytes()
			if err != nil {
				return
			}
			lost := s.take(to, string(message))
			say("250 taken")
			if lost {
				return
			}
		default:
			say("250 yes")
		}
	}
}

func (s *fakeSMTP) recipient(line string) (answer string) {
	s.mu.Lock()
	hung := s.hung
	defer s.mu.Unlock()
	switch {
	case hung != nil:
		hung()
		return "421 never said"
	case strings.Contains(line, "gone@"):
		return "550 no such mailbox"
	case len(s.next) > 0:
		answer, s.next = s.next[0], s.next[1:]
		return answer
	}
	return "250 yes"
}

// take keeps a mail, and reports whether the connection is to be lost.
func (s *fakeSMTP) take(to, message string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	var body []byte
	m, err := mail.ReadMessage(strings.NewReader(message))
	if err == nil {
		s.headers = append(s.headers, m.Header)
		body, err = io.ReadAll(quotedprintable.NewReader(m.Body))
	}
	if err != nil {
		body = []byte(err.Error())
	}
	s.mails = append(s.mails, to+": "+string(body))
	return s.lost
}

// newUser creates a user with an address that is their own.
func newUser(t testing.TB, desk *helpdesk.Desk, name string, staff bool) *user.User {
	t.Helper()
	u, err := desk.CreateUser(t.Context(), helpdesk.System(),
		&user.User{Username: name, Email: name + "@example.com", EmailVerified: true, Active: true, Staff: staff}, "correct horse 7")
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func reply(t testing.TB, desk *helpdesk.Desk, actor *user.User, f *followup.FollowUp) *followup.FollowUp {
	t.Helper()
	made, err := desk.Reply(t.Context(), actor, f)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// setPublic changes who may read a follow-up.
func setPublic(t testing.TB, desk *helpdesk.Desk, f *followup.FollowUp, public bool) {
	t.Helper()
	_, err := desk.UpdateFollowUp(t.Context(), helpdesk.System(), f.ID, func(f *followup.FollowUp) error {
		f.Public = public
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Submitters get each public answer of staff once, whatever the mail server does, and nobody
// gets anything else.
func TestAnswerMail(t *testing.T) {
	desk, p := newSupport(t), Position{DB: hostDB(t), Name: "mail"}
	server, smtp := newSMTP(t)
	ada, bob, eve := newUser(t, desk, "ada", true), newUser(t, desk, "bob", true), newUser(t, desk, "eve", false)
	of := func(address *string) int64 {
		return newTicket(t, desk, &ticket.Ticket{Title: "Größe", SubmitterEmail: address, AssignedTo: &bob.ID}).ID
	}
	id, gone, nobodys, adas := of(&eve.Email), of(new("gone@example.com")), of(nil), of(&ada.Email)
	answer := func(id int64, comment string, public bool) *followup.FollowUp {
		return reply(t, desk, ada, &followup.FollowUp{TicketID: id, Comment: &comment, Public: public})
	}
	program := func() []error { return catchUp(t, desk, p, AnswerMail{desk, smtp}.Send, "followup.created") }
	answer(id, "Before the recipe.", true)
	if failed := program(); failed != nil {
		t.Fatal(failed)
	}

	answer(id, "One.\n.\nGrüße.", true)
	answer(id, "A secret.", false)
	setPublic(t, desk, answer(id, "A public secret.", false), true)
	setPublic(t, desk, answer(id, "Not for you.", true), false)
	if err := desk.DeleteFollowUp(t.Context(), helpdesk.System(), answer(id, "Deleted.", true).ID); err != nil {
		t.Fatal(err)
	}
	for _, id := range []int64{id, of(new("EVE@example.com"))} {
		if _, err := desk.CreateRequesterReply(t.Context(), eve, id, "Thank you."); err != nil {
			t.Fatal(err)
		}
	}
	reply(t, desk, helpdesk.System(), &followup.FollowUp{TicketID: id, Comment: new("A program says."), Public: true})
	answer(gone, "To nobody.", true)
	answer(nobodys, "To nobody.", true)
	answer(adas, "To myself.", true)
	reply(t, desk, bob, &followup.FollowUp{TicketID: id, NewStatus: new(ticket.Resolved), Public: true})
	server.next = []string{"451 later", "", "421 later"}
	if failed := program(); len(failed) != 3 {
		t.Errorf("the server fails 3 times: %v", failed)
	}
	server.lost = true
	answer(id, strings.Repeat("long ", 1000), true)
	answer(id, "Last.", true)
	if failed := program(); failed != nil {
		t.Error(failed)
	}

	const end = "\n\nThe ticket is: Resolved\n"
	want := []string{"One.\n.\nGrüße." + end, end, strings.TrimSpace(strings.Repeat("long ", 1000)) + end, "Last." + end}
	for i := range want {
		want[i] = "eve@example.com: " + want[i]
	}
	if !slices.Equal(server.mails, want) {
		t.Errorf("sent %q", server.mails)
	}
	ids := map[string]bool{}
	for _, h := range server.headers {
		subject, err := new(mime.WordDecoder).DecodeHeader(h.Get("Subject"))
		if subject != "[Ticket 1] Größe" || err != nil || h.Get("To") != "<eve@example.com>" {
			t.Errorf("%q, %v in %v", subject, err, h)
		}
		if _, err := h.Date(); err != nil || ids[h.Get("Message-ID")] {
			t.Errorf("%v in %v", err, h)
		}
		ids[h.Get("Message-ID")] = true
	}
}

// A mail server that hangs keeps nobody from stopping the program.
func TestAMailServerThatHangs(t *testing.T) {
	server, smtp := newSMTP(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	returned := make(chan struct{})
	server.hung = func() {
		cancel()
		<-returned
	}
	defer close(returned)
	if err := smtp.Send(ctx, "eve@example.com", []byte("Subject: Hello\r\n\r\n")); err == nil {
		t.Error("sent")
	}
}
