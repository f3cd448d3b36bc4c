package failover_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"slices"
	"testing"

	"github.com/go-helpdesk/helpdesk/storage/internal/failover"
)

var (
	errDown    = errors.New("down")
	errRefused = errors.New("refused")
	errUnknown = errors.New("unknown variable")
)

// node is a server, and a connection to it.
type node struct {
	driver.Conn
	err    error            // of connecting
	refuse map[string]error // by statement
	ran    []string
	closed int
}

func (n *node) Connect(context.Context) (driver.Conn, error) { return n, n.err }
func (n *node) Driver() driver.Driver                        { return nil }
func (n *node) Close() error                                 { n.closed++; return nil }

func (n *node) ExecContext(_ context.Context, query string, _ []driver.NamedValue) (driver.Result, error) {
	n.ran = append(n.ran, query)
	return nil, n.refuse[query]
}

func connector(nodes ...*node) *failover.Connector {
	c := &failover.Connector{Session: []string{"a", "b"}, Ignore: func(err error) bool { return err == errUnknown }}
	for _, n := range nodes {
		c.Nodes = append(c.Nodes, n)
	}
	return c
}

func connects(t *testing.T, c *failover.Connector, want ...*node) {
	t.Helper()
	for i, n := range want {
		if got, err := c.Connect(t.Context()); err != nil || got != n {
			t.Errorf("connection %d: not the node that was expected (%v)", i, err)
		}
	}
}

func TestStaysUntilItIsGone(t *testing.T) {
	a, b, c := &node{}, &node{}, &node{}
	all := connector(a, b, c)
	connects(t, all, a, a)
	a.err = errDown
	connects(t, all, b, b)
	a.err = nil
	connects(t, all, b)
	b.err = errDown
	connects(t, all, c)
	c.err, b.err = errDown, nil
	connects(t, all, a)
}

func TestRotates(t *testing.T) {
	a, b, c := &node{}, &node{}, &node{}
	all := connector(a, b, c)
	all.Rotate = true
	connects(t, all, b, c, a, b, c)
	a.err = errDown
	connects(t, all, b, b, c)
}

func TestANodeThatDoesNotServe(t *testing.T) {
	a, b := &node{refuse: map[string]error{"b": errRefused}}, &node{refuse: map[string]error{"a": errUnknown}}
	all := connector(a, b)
	connects(t, all, b)
	if a.closed != 1 || b.closed != 0 || !slices.Equal(b.ran, []string{"a", "b"}) {
		t.Errorf("closed %d and %d, ran %q", a.closed, b.closed, b.ran)
	}
}

func TestNoNode(t *testing.T) {
	a, b := &node{err: errDown}, &node{err: errRefused}
	_, err := connector(a, b).Connect(t.Context())
	if !errors.Is(err, errDown) || !errors.Is(err, errRefused) {
		t.Errorf("error is %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := connector(a, b).Connect(ended); errors.Is(err, errRefused) {
		t.Errorf("went on: %v", err)
	}
}
