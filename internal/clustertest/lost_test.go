//go:build cluster

package clustertest

import (
	"errors"
	"testing"

	"github.com/go-helpdesk/helpdesk/internal/mariadb"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/user"
)

// TestNoPartOfATransactionIsCommitted has a transaction taken back between two of its
// writes, as a node does that says nothing of it. Neither may be kept without the other.
func TestNoPartOfATransactionIsCommitted(t *testing.T) {
	cluster := mariadb.StartCluster(t)
	database := mariadb.Create(t, cluster.DSN("", cluster.Nodes[0]))
	s := open(t, database)
	if err := errors.Join(s.Migrate(t.Context()), s.Ready(t.Context())); err != nil {
		t.Fatal(err)
	}
	ctx, runs := t.Context(), 0
	err := s.Update(ctx, func(tx storage.Tx) error {
		runs++
		err := tx.Users().Insert(ctx, &user.User{Username: "first"})
		if runs == 1 {
			err = errors.Join(err, tx.Exec(ctx, "ROLLBACK"))
		}
		return errors.Join(err, tx.Users().Insert(ctx, &user.User{Username: "second"}))
	})
	if err != nil || runs != 2 {
		t.Errorf("%d runs, want 2: %v", runs, err)
	}
	err = s.View(ctx, func(tx storage.Tx) error {
		all, err := tx.Users().List(ctx, user.Query{Limit: 9})
		if len(all) != 2 {
			t.Errorf("%d users, want both", len(all))
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
