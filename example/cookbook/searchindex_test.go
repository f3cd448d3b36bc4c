package cookbook

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// indexed is what the index has, by ticket.
func indexed(t *testing.T, db *sql.DB) map[int64]string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "SELECT docid, text FROM search")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	found := map[int64]string{}
	for rows.Next() {
		var id int64
		var text string
		if err := rows.Scan(&id, &text); err != nil {
			t.Fatal(err)
		}
		found[id] += text // a second row of a ticket is seen
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return found
}

// texts is what the index is to have.
func texts(t *testing.T, desk *helpdesk.Desk) map[int64]string {
	t.Helper()
	want := map[int64]string{}
	for thread, err := range desk.Tickets(helpdesk.System(), helpdesk.TicketQuery{}).All(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		text := thread.Title + "\n"
		if thread.Description != nil {
			text += *thread.Description
		}
		for f, err := range thread.FollowUps(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			text += "\n" + *f.Comment
		}
		want[thread.ID] = text
	}
	return want
}

// The index equals the tickets after each start, whatever has happened to them meanwhile.
func TestSearchIndex(t *testing.T) {
	ctx, desk, db := t.Context(), newSupport(t), hostDB(t)
	run(t, db, "CREATE VIRTUAL TABLE search USING fts4(text)")
	x := SearchIndex{desk, db}
	for i := range 3 {
		newTicket(t, desk, &ticket.Ticket{Title: fmt.Sprint("old ", i), Description: new("described")})
	}
	attempts := 0
	p := Position{db, "search", func(ctx context.Context) error {
		if attempts++; attempts > 1 {
			return x.Fill(ctx)
		}
		return errors.Join(x.put(ctx, 3), desk.DeleteTicket(ctx, helpdesk.System(), 3), errors.New("stopped"))
	}}
	if _, err := p.Load(ctx, desk); err == nil {
		t.Fatal("stopped and loaded")
	}
	check := func(when string) {
		t.Helper()
		if failed := catchUp(t, desk, p, x.Update, "ticket.*", "followup.*"); failed != nil {
			t.Error(failed)
		}
		if got, want := indexed(t, db), texts(t, desk); !maps.Equal(got, want) {
			t.Fatalf("%s the index has %v, not %v", when, got, want)
		}
	}
	check("after the first start")

	random := rand.New(rand.NewPCG(1, 2))
	for i := range 20 {
		for range 5 {
			changeSomething(t, desk, random)
		}
		check(fmt.Sprint("after start ", i))
	}
	fire := newTicket(t, desk, &ticket.Ticket{Title: "Something", Description: new("The printer burns")}).ID
	check("after the last start")
	var found int64
	err := db.QueryRowContext(ctx, "SELECT docid FROM search WHERE text MATCH 'burns printer'").Scan(&found)
	if err != nil || found != fire {
		t.Errorf("found %d, %v", found, err)
	}
}

// changeSomething creates, changes or deletes a ticket or a follow-up, or moves a follow-up.
func changeSomething(t *testing.T, desk *helpdesk.Desk, random *rand.Rand) {
	t.Helper()
	ctx, system := t.Context(), helpdesk.System()
	var ids, followUps []int64
	for f, err := range desk.FollowUps(system, helpdesk.FollowUpQuery{}).All(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		followUps = append(followUps, f.ID)
		ids = append(ids, f.TicketID)
	}
	word := new(fmt.Sprint("word", random.Int()))
	n := random.IntN(7)
	if len(ids) == 0 {
		n = 0
	}
	pick := func(of []int64) int64 { return of[random.IntN(len(of))] }
	var err error
	switch n {
	case 0, 1:
		newTicket(t, desk, &ticket.Ticket{Title: *word})
	case 2:
		_, err = desk.Reply(ctx, system, &followup.FollowUp{TicketID: pick(ids), Comment: word})
	case 3:
		_, err = desk.UpdateTicket(ctx, system, pick(ids), func(t *ticket.Ticket) error {
			t.Description = word
			return nil
		})
	case 4:
		err = desk.DeleteTicket(ctx, system, pick(ids))
	case 5:
		_, err = desk.UpdateFollowUp(ctx, system, pick(followUps), func(f *followup.FollowUp) error {
			f.TicketID, f.Comment = pick(ids), word
			return nil
		})
	case 6:
		err = desk.DeleteFollowUp(ctx, system, pick(followUps))
	}
	if err != nil {
		t.Fatal(n, err)
	}
}
