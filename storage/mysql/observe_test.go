package mysql_test

import (
	"context"
	"testing"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/user"
)

// TestStatementsOfOneMessageHaveOneDuration: a View begins in the message of its first
// statement.
func TestStatementsOfOneMessageHaveOneDuration(t *testing.T) {
	t.Parallel()
	s := open(t)
	check(t, s.Migrate(t.Context()))
	view(t, s, func(storage.Tx) error { return nil }) // reads whether there is a schema
	var all []storage.Statement
	ctx := storage.WithObserver(t.Context(), func(_ context.Context, st storage.Statement) { all = append(all, st) })
	check(t, s.View(ctx, func(tx storage.Tx) error {
		_, err := tx.Users().Count(ctx, user.Filter{})
		return err
	}))
	if len(all) != 3 || all[0].Duration != all[1].Duration {
		t.Errorf("%v", all)
	}
}
