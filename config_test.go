package helpdesk_test

import (
	"errors"
	"log/slog"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/storage"
)

func TestADeskNeedsAStore(t *testing.T) {
	t.Parallel()
	if _, err := helpdesk.New(nil, helpdesk.Config{}); err == nil {
		t.Error("there is a desk over nothing")
	}
}

func TestTheZeroConfigIsAGoodOne(t *testing.T) {
	t.Parallel()
	d := must(helpdesk.New(testdesk.OpenStore(t), helpdesk.Config{}))(t)
	check(t, d.Ready(t.Context()))
	equal(t, d.Logger(), slog.Default())
	equal(t, d.Passwords() != nil, true)
	equal(t, len(d.CheckUpload(file("a.pdf", []byte("x")))), 0)
	equal(t, len(d.CheckUpload(file("a.exe", []byte("x")))), 1)
}

func TestADeskOverAnOldSchemaIsNotReady(t *testing.T) {
	t.Parallel()
	d := must(helpdesk.New(testdesk.OpenEmpty(t), helpdesk.Config{}))(t)
	is(t, d.Ready(t.Context()), storage.ErrSchema)
}

func TestTheErrorsOfADeskAreThoseOfItsStore(t *testing.T) {
	t.Parallel()
	for desk, store := range map[error]error{
		helpdesk.ErrNotFound: storage.ErrNotFound, helpdesk.ErrBusy: storage.ErrBusy,
	} {
		equal(t, errors.Is(desk, store), true)
	}
}
