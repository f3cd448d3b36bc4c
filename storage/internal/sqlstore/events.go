package sqlstore

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	sq "github.com/Masterminds/squirrel"

	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/ticket"
)

const (
	eventTable    = "helpdesk_event"
	sequenceTable = "helpdesk_event_sequence" // of one row, the last position that was given
)

var eventColumns = []string{"type", "time", "ticket_id", "object_id", "body"}

// maxEvents is how many events one statement inserts or gives positions to.
const maxEvents = 64

// events implements event.Store.
type events struct{ x *transaction }

func (s events) position() string { return s.x.store.o.Dialect.EventPosition }

func (s events) Append(ctx context.Context, events []*event.Event) error {
	w, err := s.x.forWriting("insert events")
	if err != nil {
		return err
	}
	for some := range slices.Chunk(events, maxEvents) {
		args := make([]any, 0, len(some)*len(eventColumns))
		for _, e := range some {
			args = append(args, string(e.Type), micros(e.Time), e.TicketID, e.Object.ID, []byte(e.Body()))
		}
		ids, err := w.insert(ctx, "insert events", inserting(eventTable, eventColumns, len(some), args), len(some))
		if err != nil {
			return err
		}
		for i, e := range some {
			if e.ID = ids.at(i); !s.sequenced() {
				e.Position = e.ID
			}
		}
	}
	return nil
}

// sequenced reports whether an event gets its position after the commit.
func (s events) sequenced() bool { return s.position() != "id" }

func (s events) Waiting(ctx context.Context) (bool, error) {
	if !s.sequenced() {
		return false, nil
	}
	found, err := s.waiting(ctx, 1)
	return len(found) > 0, err
}

// waiting returns the ids of committed events without a position, the lowest first.
func (s events) waiting(ctx context.Context, limit int) ([]int64, error) {
	q := selecting("id", eventTable, is("position IS NULL"), order{by: "id", limit: limit})
	return list(ctx, s.x, "list events without a position", q, (*row).Int)
}

// Sequence locks the row of the sequence first. What waits for that lock sees afterwards
// what the transaction before it has committed.
func (s events) Sequence(ctx context.Context, limit int) (int, error) {
	if _, err := s.x.forWriting("sequence events"); err != nil || !s.sequenced() {
		return 0, err
	}
	q := selecting("position", sequenceTable, is("id = ?", 1), order{lock: s.x.store.o.Dialect.ForUpdate})
	last, err := one(ctx, s.x, "lock the sequence of events", q, (*row).Int)
	if err != nil {
		return 0, err
	}
	ids, err := s.waiting(ctx, limit)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	for some := range slices.Chunk(ids, maxEvents) {
		if err := s.x.exec(ctx, "sequence events", sequencing(some, last+1)); err != nil {
			return 0, err
		}
		last += int64(len(some))
	}
	return len(ids), s.x.exec(ctx, "update the sequence of events", statement{
		text: built(shape{sequenceTable, "update", "", "", ""}, func() sq.Sqlizer {
			return sq.Update(sequenceTable).Set("position", sq.Expr("?")).Where("id = ?")
		}), args: []any{last, 1}})
}

// sequencing is the statement that gives events positions in a row.
func sequencing(ids []int64, first int64) statement {
	n := 1
	for n < len(ids) {
		n *= 2
	}
	var args []any
	for i := range n { // as in, so that statements have few shapes
		at := min(i, len(ids)-1)
		args = append(args, ids[at], first+int64(at))
	}
	where, these := in("id", ids).sql()
	text := built(shape{eventTable, "sequence", where, strconv.Itoa(n), ""}, func() sq.Sqlizer {
		return sq.Update(eventTable).Set("position", sq.Expr("CASE id"+strings.Repeat(" WHEN ? THEN ?", n)+" END")).Where(where)
	})
	return statement{text: text, args: append(args, these...)}
}

func (s events) Last(ctx context.Context) (int64, error) {
	q := selecting(s.position(), eventTable, is(s.position()+" > ?", 0), order{by: s.position() + " DESC", limit: 1})
	found, err := list(ctx, s.x, "read the last position", q, (*row).Int)
	if err != nil || len(found) == 0 {
		return 0, err
	}
	return found[0], nil
}

func (s events) List(ctx context.Context, after, ticketID int64, limit int) ([]*event.Event, error) {
	c := cond{}
	if ticketID != 0 {
		c = is("ticket_id = ?", ticketID)
	}
	return s.list(ctx, c.and(is(s.position()+" > ?", after)), order{by: s.position(), limit: limit})
}

func (s events) list(ctx context.Context, c cond, o order) ([]*event.Event, error) {
	q := selecting("id, "+s.position()+", type, time, ticket_id, object_id, body", eventTable, c, o)
	return list(ctx, s.x, "list events", q, func(r *row) *event.Event {
		e := &event.Event{ID: r.Int()}
		if p := r.NullInt(); p != nil {
			e.Position = *p
		}
		e.Type, e.Time, e.TicketID = event.Type(r.Text()), instant(r), r.Int()
		e.Object = event.Object{Kind: e.Type.Kind(), ID: r.Int()}
		if err := e.SetBody(r.Text()); err != nil {
			r.Fail(err)
		}
		return e
	})
}

func (s events) Expand(ctx context.Context, scope ticket.Scope) (ticket.Scope, error) {
	return s.x.expandGrants(ctx, scope, false)
}

func (s events) Present(ctx context.Context, k event.Kind, ids []int64, scope ticket.Scope, public bool) ([]int64, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	onFollowUp := func(c cond) cond {
		if public {
			c = c.and(is("public = ?", true))
		}
		return c.and(ofTicketsInScope(followUpTable.name, ticket.Among[int64]{}, scope, true))
	}
	table, c := ticketTable.name, in("id", ids)
	switch k {
	case event.FollowUp:
		table, c = followUpTable.name, onFollowUp(c)
	case event.Attachment:
		table = attachmentTable.name
		if of := onFollowUp(nil); !of.none() {
			c = c.and(existsRow(table+".followup_id", followUpTable.name, of))
		}
	default:
		c = c.and(inScope(scope))
	}
	return list(ctx, s.x, "look for objects", selecting("id", table, c, order{}), (*row).Int)
}

func (s events) Deletions(ctx context.Context, tickets, objects []int64) ([]*event.Event, error) {
	if len(tickets) == 0 || len(objects) == 0 {
		return nil, nil
	}
	var types []string
	for _, k := range []event.Kind{event.Ticket, event.FollowUp, event.Attachment} {
		types = append(types, string(event.TypeOf(k, event.Deleted)))
	}
	return s.list(ctx, in("ticket_id", tickets).and(inTexts("type", types)).and(in("object_id", objects)), order{})
}

// DeleteBefore reads the lowest ids in the primary key: an index of times would cost every
// write, and the times grow with the ids but for what was slow to be committed.
func (s events) DeleteBefore(ctx context.Context, before time.Time, position int64, limit int) (int, error) {
	if _, err := s.x.forWriting("delete events"); err != nil {
		return 0, err
	}
	var old []int64
	q := selecting("id, time, "+s.position(), eventTable, cond{}, order{by: "id", limit: limit})
	err := s.x.each(ctx, "list old events", q, func(r *row) error {
		id, at, placed := r.Int(), r.Int(), r.NullInt()
		if at < micros(before) && (position == 0 || placed != nil && *placed < position) {
			old = append(old, id)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	for some := range slices.Chunk(old, maxPlaceholders) {
		if err := s.x.exec(ctx, "delete old events", deleting(eventTable, in("id", some))); err != nil {
			return 0, err
		}
	}
	return len(old), nil
}
