package helpdesk_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/idempotency"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/user"
)

// outdated is a third party's store that was written before there were tokens,
// known addresses and idempotency keys. It compiles all the same.
type outdated struct {
	storage.Store
}

func (o outdated) Nouns() storage.Tx { return outdatedTx{o.Store.Nouns()} }

type outdatedTx struct{ storage.Tx }

func (outdatedTx) Tokens() user.TokenStore      { return nil }
func (outdatedTx) Addresses() user.AddressStore { return nil }
func (outdatedTx) Requests() idempotency.Store  { return nil }

func TestNewRefusesAStoreThatLacksANoun(t *testing.T) {
	t.Parallel()
	statements := 0
	store := testdesk.OpenStore(t, func(string) { statements++ })
	statements = 0
	_, err := helpdesk.New(outdated{store}, helpdesk.Config{})
	if !errors.Is(err, errors.ErrUnsupported) {
		t.Fatalf("the error is %v", err)
	}
	for _, noun := range []string{"Tokens", "Addresses", "Requests"} {
		if !strings.Contains(err.Error(), noun) {
			t.Errorf("no %s in %v", noun, err)
		}
	}
	if strings.Contains(err.Error(), "Users") {
		t.Errorf("%v names a noun that the store has", err)
	}
	if _, err := helpdesk.New(store, helpdesk.Config{}); err != nil {
		t.Error(err)
	}
	if statements != 0 {
		t.Errorf("New ran %d statements", statements)
	}
}
