package helpdesk_test

import (
	"context"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/storage"
)

// tallied is a store that adds up the limits of the lists of follow-ups that it reads.
type tallied struct {
	storage.Store
	rows int
}

func (s *tallied) View(ctx context.Context, fn func(storage.Tx) error) error {
	return s.Store.View(ctx, func(tx storage.Tx) error { return fn(talliedTx{tx, s}) })
}

func (s *tallied) Read(ctx context.Context, fn func(storage.Tx) error) error {
	return s.Store.Read(ctx, func(tx storage.Tx) error { return fn(talliedTx{tx, s}) })
}

type talliedTx struct {
	storage.Tx
	s *tallied
}

func (tx talliedTx) FollowUps() followup.Store { return talliedFollowUps{tx.Tx.FollowUps(), tx.s} }

type talliedFollowUps struct {
	followup.Store
	s *tallied
}

func (f talliedFollowUps) List(ctx context.Context, q followup.Query) ([]*followup.FollowUp, error) {
	f.s.rows += q.Limit
	return f.Store.List(ctx, q)
}

// TestLargeAnswersAreLookedAtFewTimes: a database server looks at every row up to the limit
// of a statement, and reads long texts to measure them. So a conversation of nothing but
// large answers must not ask for many with each of them.
func TestLargeAnswersAreLookedAtFewTimes(t *testing.T) {
	t.Parallel()
	const answers, first, each = 40, 200, 3
	s := &tallied{Store: testdesk.OpenStore(t)}
	d := handled(testdesk.Over(t, s, helpdesk.Config{}))
	long := d.longTicket(t, answers, 600<<10)
	s.rows = 0
	seen := 0
	for _, err := range must(d.Ticket(t.Context(), d.staff, long))(t).FollowUps(t.Context()) {
		check(t, err)
		seen++
	}
	equal(t, seen >= answers, true)
	if s.rows > first+each*answers {
		t.Errorf("for %d answers, the limits are %d in all", answers, s.rows)
	}
}
