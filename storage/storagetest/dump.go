package storagetest

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
	"github.com/go-helpdesk/helpdesk/webhook"
)

// Dump returns everything that the store holds as text, one record a line, and
// of each attachment's content a digest. Two dumps are equal exactly when
// nothing has changed, the addresses at which passwords were right aside, as every
// login may add one, requests with an idempotency key, and leases of webhooks. Events get their positions
// before, which Dump leaves out together with their ids. A failure ends the test.
func Dump(t testing.TB, s storage.Store) string {
	t.Helper()
	sequence(t, s)
	var out strings.Builder
	err := s.View(t.Context(), func(tx storage.Tx) error {
		out.Reset()
		return dump(t, tx, &out)
	})
	if err != nil {
		t.Fatalf("dump: %v", err)
	}
	return out.String()
}

func dump(t testing.TB, tx storage.Tx, out io.Writer) error {
	ctx, most := t.Context(), 1<<30
	users, err1 := tx.Users().List(ctx, user.Query{Limit: most})
	groups, err8 := tx.Groups().List(ctx, user.GroupQuery{Limit: most})
	queues, err2 := tx.Queues().List(ctx, ticket.QueueQuery{Limit: most})
	fields, err3 := tx.CustomFields().All(ctx)
	tickets, err4 := tx.Tickets().List(ctx, ticket.Query{Scope: all, Limit: most})
	followUps, err5 := tx.FollowUps().List(ctx, followup.Query{Scope: all})
	attachments, err6 := tx.Attachments().List(ctx, followup.AttachmentQuery{Scope: all})
	changes, err7 := tx.Changes().List(ctx, followup.ChangeQuery{Scope: all})
	listed, err9 := tx.Events().List(ctx, 0, 0, most)
	var events []whole
	for _, e := range listed {
		err9 = errors.Join(err9, e.ReadData())
		e.ID, e.Position = 0, 0
		events = append(events, whole{e, e.Audience, e.Before})
	}
	if err := errors.Join(err1, err2, err3, err4, err5, err6, err7, err8, err9); err != nil {
		return err
	}
	return errors.Join(
		lines(out, "user", users, func(u *user.User) string { return u.PasswordHash }), lines(out, "group", groups),
		dumpTokens(t, tx, out, users), dumpWebhooks(t, tx, out), lines(out, "queue", queues), lines(out, "custom field", fields),
		lines(out, "ticket", tickets, func(t *ticket.Ticket) string { return t.SecretKey }),
		lines(out, "follow-up", followUps), lines(out, "attachment", attachments), lines(out, "change", changes),
		digests(t, tx, out, attachments), lines(out, "event", events))
}

// whole is an event with what its JSON leaves out.
type whole struct {
	*event.Event
	Audience, Before *event.Audience
}

// sequence gives all events a position.
func sequence(t testing.TB, s storage.Store) {
	t.Helper()
	for waiting := true; waiting; {
		err := s.View(t.Context(), func(tx storage.Tx) (err error) {
			waiting, err = tx.Events().Waiting(t.Context())
			return err
		})
		if err == nil && waiting {
			err = s.Update(t.Context(), func(tx storage.Tx) error {
				_, err := tx.Events().Sequence(t.Context(), 1000)
				return err
			})
		}
		if err != nil {
			t.Fatalf("sequence events: %v", err)
		}
	}
}

func dumpTokens(t testing.TB, tx storage.Tx, out io.Writer, users []*user.User) error {
	for _, u := range users {
		tokens, err := tx.Tokens().List(t.Context(), u.ID, user.TokenQuery{Limit: 1 << 30})
		if err := errors.Join(err, lines(out, "token", tokens, func(t *user.Token) string { return string(t.Digest) })); err != nil {
			return err
		}
	}
	return nil
}

func dumpWebhooks(t testing.TB, tx storage.Tx, out io.Writer) error {
	webhooks, err := tx.Webhooks().List(t.Context(), webhook.Query{Limit: 1 << 30})
	if err := errors.Join(err, lines(out, "webhook", webhooks, secretsOf)); err != nil {
		return err
	}
	for _, w := range webhooks {
		deliveries, err := tx.Deliveries().List(t.Context(), w.ID, webhook.Query{Limit: 1 << 30})
		if err := errors.Join(err, lines(out, "delivery", deliveries)); err != nil {
			return err
		}
	}
	return nil
}

// lines writes records as JSON, which has no secrets, and a digest of what else is
// secret about them.
func lines[T any](out io.Writer, noun string, records []T, secrets ...func(T) string) error {
	for _, r := range records {
		b, err := json.Marshal(r)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%s %s", noun, b)
		for _, secret := range secrets {
			fmt.Fprintf(out, " secret %x", sha256.Sum256([]byte(secret(r))))
		}
		fmt.Fprintln(out)
	}
	return nil
}

func digests(t testing.TB, tx storage.Tx, out io.Writer, attachments []*followup.Attachment) error {
	for _, a := range attachments {
		h := sha256.New()
		n, err := io.Copy(h, io.NewSectionReader(contentReader{t.Context(), tx, a.Content}, 0, 1<<40))
		if errors.Is(err, storage.ErrNotFound) {
			fmt.Fprintf(out, "content %s missing\n", a.Content)
			continue
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "content %s %d bytes %x\n", a.Content, n, h.Sum(nil))
	}
	return nil
}
