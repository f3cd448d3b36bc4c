package storage_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"testing"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// store is a third party's, whose transactions have these nouns.
type store struct {
	storage.Store
	nouns storage.Tx
}

func (s store) Nouns() storage.Tx { return s.nouns }

// someTx compiles although it implements only some of the methods of Tx.
type someTx struct{ storage.BaseTx }

func (someTx) Users() user.Store             { return struct{ user.Store }{} }
func (someTx) Tickets() ticket.Store         { return struct{ ticket.Store }{} }
func (someTx) FollowUps() followup.Store     { return struct{ followup.Store }{} }
func (someTx) Groups() user.GroupStore       { return struct{ user.GroupStore }{} }
func (someTx) Changes() followup.ChangeStore { return struct{ followup.ChangeStore }{} }

func TestMissingNouns(t *testing.T) {
	var all []string
	for i := range reflect.TypeFor[storage.Tx]().NumMethod() {
		name := reflect.TypeFor[storage.Tx]().Method(i).Name
		if !slices.Contains([]string{"Exec", "Query", "Savepoint"}, name) {
			all = append(all, name)
		}
	}
	if len(all) < 11 {
		t.Errorf("a Tx has only %v", all)
	}
	for name, c := range map[string]struct {
		nouns storage.Tx
		want  []string
	}{
		"no Tx at all": {nil, all},
		"none":         {storage.BaseTx{}, all},
		"some": {someTx{}, []string{"Addresses", "Attachments", "CustomFields", "Deliveries", "Events", "Files", "Queues", "Requests",
			"Tokens", "Webhooks"}},
	} {
		if got := storage.MissingNouns(store{nouns: c.nouns}); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v are missing, want %v", name, got, c.want)
		}
	}
}

func TestBaseTxHasNoSavepoints(t *testing.T) {
	err := someTx{}.Savepoint(context.Background(), func() error { t.Error("the function ran"); return nil })
	if !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("the error is %v", err)
	}
}

func TestBaseTxRunsNoStatements(t *testing.T) {
	if err := (someTx{}).Exec(context.Background(), "SELECT 1"); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("the error of Exec is %v", err)
	}
	n := 0
	for _, err := range (someTx{}).Query(context.Background(), "SELECT 1") {
		if n++; !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("the error of Query is %v", err)
		}
	}
	if n != 1 {
		t.Errorf("Query yields %d times", n)
	}
}
