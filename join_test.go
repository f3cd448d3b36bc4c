package helpdesk_test

import (
	"database/sql"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/storage/storagetest"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// host is a program with a database and tables of its own, the desk's beside
// them.
type host struct {
	*desk
	db    *sql.DB
	store testdesk.Joiner
}

func newHost(t testing.TB) *host {
	t.Helper()
	db, store := testdesk.OpenHost(t)
	must(db.ExecContext(t.Context(), "CREATE TABLE orders (ticket INTEGER)"))(t)
	return &host{handled(testdesk.Over(t, store, helpdesk.Config{})), db, store}
}

func (h *host) begin(t testing.TB) (*sql.Tx, *helpdesk.Desk) {
	t.Helper()
	tx := must(h.db.BeginTx(t.Context(), nil))(t)
	return tx, h.With(h.store.Join(tx))
}

// order writes a row of the host's.
func order(t testing.TB, tx *sql.Tx, ticket int64) {
	t.Helper()
	must(tx.ExecContext(t.Context(), "INSERT INTO orders (ticket) VALUES (?)", ticket))(t)
}

// orders is how many rows of the host's there are.
func (h *host) orders(t testing.TB) (n int) {
	t.Helper()
	check(t, h.db.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM orders").Scan(&n))
	return n
}

// workOn does a bit of everything through a joined desk.
func (h *host) workOn(t testing.TB, d *helpdesk.Desk) int64 {
	t.Helper()
	ctx := t.Context()
	opened := must(d.CreateTicket(ctx, h.staff, &ticket.Ticket{QueueID: h.support.ID, Title: "Order"}, file("a.txt", pattern(piece+1))))(t)
	must(d.Reply(ctx, h.staff, &followup.FollowUp{TicketID: opened.ID, NewStatus: new(ticket.Closed)}, file("b.txt", []byte("b"))))(t)
	must(d.UpdateTicket(ctx, h.staff, opened.ID, func(n *ticket.Ticket) error {
		n.Priority = ticket.High
		return nil
	}))(t)
	must(d.CreateUser(ctx, h.admin, &user.User{Username: "customer"}, "long-enough-9"))(t)
	equal(t, len(conversation(t, must(d.Ticket(ctx, h.staff, opened.ID))(t))), 2) // it sees its own rows
	return opened.ID
}

func TestAHostsRollbackTakesTheDesksRowsWithIt(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	unchanged := h.unchanged(t)
	tx, joined := h.begin(t)
	order(t, tx, h.workOn(t, joined))
	check(t, tx.Rollback())
	unchanged()
	equal(t, h.orders(t), 0)
}

func TestAHostsCommitKeepsTheDesksRowsWithItsOwn(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	tx, joined := h.begin(t)
	id := h.workOn(t, joined)
	order(t, tx, id)
	check(t, tx.Commit())
	equal(t, h.orders(t), 1)
	got := h.thread(t, id)
	equal(t, got.Status, ticket.Closed)
	equal(t, got.Priority, ticket.High)
	equal(t, h.hasContent(t, got.Conversation[0].Attachments[0]), true)
}

func TestARefusedUseCaseLeavesTheHostsTransactionUsable(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	unchanged := h.unchanged(t)
	tx, joined := h.begin(t)
	order(t, tx, 1)
	_, err := joined.CreateTicket(t.Context(), h.staff, &ticket.Ticket{QueueID: nobody, Title: " "})
	equal(t, wrong(t, err), `queue: no such object "987654321"; title: blank`)
	_, err = joined.Reply(t.Context(), h.jane, &followup.FollowUp{TicketID: 1})
	is(t, err, helpdesk.ErrForbidden)
	is(t, joined.DeleteTicket(t.Context(), h.staff, nobody), helpdesk.ErrNotFound)
	order(t, tx, 2)
	check(t, tx.Commit())
	equal(t, h.orders(t), 2)
	unchanged()
}

// TestAFailedUseCaseTakesBackItsOwnPartOnly lets every write of a reply fail
// inside a host's transaction that goes on.
func TestAFailedUseCaseTakesBackItsOwnPartOnly(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	first, second := h.ticket(t).ID, h.ticket(t).ID
	unchanged := h.unchanged(t)
	text := new("see #" + string(rune('0'+second)))
	failures := 0
	for n := 1; ; n++ {
		tx, _ := h.begin(t)
		order(t, tx, first)
		faulty := storagetest.Fail(h.store.Join(tx), n)
		_, err := h.With(faulty).Reply(t.Context(), h.staff,
			&followup.FollowUp{TicketID: first, Comment: text, NewStatus: new(ticket.Closed)}, file("a.txt", []byte("x")))
		if !faulty.Reached() {
			check(t, err)
			check(t, tx.Rollback())
			break
		}
		is(t, err, storagetest.ErrInjected)
		order(t, tx, second)
		check(t, tx.Commit())
		unchanged()
		failures++
	}
	equal(t, failures, 9) // follow-up, content, attachment, changes, ticket, back-link and its ticket, events, commit
	equal(t, h.orders(t), 2*failures)
}

func TestAJoinedDeskIsTheSameDesk(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	tx, joined := h.begin(t)
	defer func() { check(t, tx.Rollback()) }()
	equal(t, joined.Logger(), h.Logger())
	equal(t, joined.Passwords(), h.Passwords())
	check(t, joined.Ready(t.Context()))
}
