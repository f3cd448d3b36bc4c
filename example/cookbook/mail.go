package cookbook

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net/mail"
	"slices"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/event"
)

// AnswerMail mails answers of staff to the submitter of the ticket, and to nobody else.
type AnswerMail struct {
	Desk *helpdesk.Desk
	SMTP SMTP
}

// Send mails an answer. It is a Handler for "followup.created": a note that becomes public
// later is not mailed.
func (m AnswerMail) Send(ctx context.Context, e *event.Event) error {
	f, err := m.Desk.FollowUp(ctx, helpdesk.System(), e.Object.ID)
	if errors.Is(err, helpdesk.ErrNotFound) {
		return nil // it was deleted
	}
	if err != nil || !f.Public || f.UserID == nil {
		return err
	}
	author, err := m.Desk.User(ctx, helpdesk.System(), *f.UserID)
	if err != nil || !author.Staff && !author.Superuser {
		return err
	}
	t, err := m.Desk.Ticket(ctx, helpdesk.System(), f.TicketID)
	if err != nil || t.SubmitterEmail == nil || !slices.Contains(f.EmailRecipients, *t.SubmitterEmail) {
		return err
	}
	to, subject := mail.Address{Address: *t.SubmitterEmail}, fmt.Sprintf("[Ticket %d] %s", t.ID, t.Title)
	var b bytes.Buffer
	fmt.Fprintf(&b, "From: <%s>\r\nTo: %s\r\nSubject: %s\r\n", m.SMTP.From, to.String(), mime.QEncoding.Encode("utf-8", subject))
	fmt.Fprintf(&b, "Date: %s\r\nMessage-ID: <%d.%s>\r\n", e.Time.Format(time.RFC1123Z), f.ID, m.SMTP.From) // the same each time
	b.WriteString("Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n" +
		"Content-Transfer-Encoding: quoted-printable\r\n\r\n")
	w := quotedprintable.NewWriter(&b)
	fmt.Fprintf(w, "%s\n\nThe ticket is: %s\n", *cmp.Or(f.Comment, new("")), t.Status.Label())
	return errors.Join(w.Close(), m.SMTP.Send(ctx, to.Address, b.Bytes()))
}
