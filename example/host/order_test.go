package main

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

func TestOrderAndTicketAreCommittedTogether(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		carl, eve := s.as("carl"), s.as("eve")
		// The desk has not seen carl yet: its user is part of the transaction.
		placed := carl.submit("/orders", "item", "teapot", "note", "Gift wrap, please").is(201)
		var order, ticket int
		if err := s.db.QueryRow("SELECT id, ticket FROM orders").Scan(&order, &ticket); err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(order, ticket) != placed.number("order")+" "+placed.number("ticket") {
			t.Errorf("the row has %d, %d; the answer is %s", order, ticket, placed.body)
		}
		carl.get(placed.text("see")).is(200).has(fmt.Sprintf(`"title":"Order %d: teapot"`, order), `"submitter":"carl@example.com"`)
		eve.get(fmt.Sprintf("%s/tickets/%d/", prefix, ticket)).is(200).has(`"description":"Gift wrap, please"`, `"user":`+carl.me())
	})
}

// TestOrderAndTicketAreRolledBackTogether when the desk refuses the ticket, and
// when the shop cannot write its order.
func TestOrderAndTicketAreRolledBackTogether(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		none := func(login string, status int, values ...string) {
			t.Helper()
			got := s.as(login).submit("/orders", values...).is(status)
			if o, n := s.counts(); o+n > 0 {
				t.Errorf("%s: %d orders, %d tickets", got.what, o, n)
			}
		}
		none("ned", 400, "item", "teapot")                      // whose address is not verified
		none("carl", 400, "item", strings.Repeat("teapot", 99)) // longer than a title
		none("carl", 400, "item", " ")
		none("carl", 400, "item", "teapot", "note", strings.Repeat("x", maxForm))
		if u, err := s.desk.FindUser(t.Context(), "ned"); u != nil || err != nil {
			t.Errorf("the desk knows %v, %v", u, err)
		}
		s.exec("CREATE TRIGGER full BEFORE UPDATE ON orders BEGIN SELECT RAISE(ABORT, 'disk full'); END")
		none("carl", 500, "item", "teapot")
		s.exec("DROP TRIGGER full")
		s.as("carl").submit("/orders", "item", "teapot").is(201)
	})
}

// TestOrdersAtOnce, while the desk writes by itself.
func TestOrdersAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		const each = 10
		var wg sync.WaitGroup
		for _, login := range []string{"carl", "dana", "eve"} {
			b := s.as(login)
			wg.Go(func() {
				for range each {
					if got := b.submit("/orders", "item", "cup"); got.StatusCode != 201 {
						t.Errorf("%s: %d %s", login, got.StatusCode, got.body)
					}
				}
			})
			wg.Go(func() {
				for range each {
					if got := b.submit(prefix+"/user_tickets/", "queue", "1", "title", "x"); got.StatusCode != 201 {
						t.Errorf("%s: %d %s", login, got.StatusCode, got.body)
					}
				}
			})
		}
		wg.Wait()
		if o, n := s.counts(); o != 3*each || n != 2*o {
			t.Errorf("%d orders, %d tickets", o, n)
		}
	})
}
