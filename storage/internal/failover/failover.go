package failover

import (
	"context"
	"database/sql/driver"
	"errors"
	"sync/atomic"
)

// Connector connects to the node that served last, until it no longer does; or
// when it rotates, to each in turn. It is safe for concurrent use.
type Connector struct {
	Nodes   []driver.Connector
	Session []string         // statements for a new connection; a node that refuses one does not serve
	Ignore  func(error) bool // reports whether such a refusal does not matter
	Rotate  bool

	next atomic.Uint64
}

// Driver implements driver.Connector.
func (c *Connector) Driver() driver.Driver { return c.Nodes[0].Driver() }

// Connect implements driver.Connector.
func (c *Connector) Connect(ctx context.Context) (driver.Conn, error) {
	first := c.next.Load()
	if c.Rotate {
		first = c.next.Add(1)
	}
	var failures []error
	for i := range c.Nodes {
		at := (first + uint64(i)) % uint64(len(c.Nodes))
		conn, err := c.connect(ctx, c.Nodes[at])
		if err == nil {
			if i > 0 && !c.Rotate {
				c.next.CompareAndSwap(first, at)
			}
			return conn, nil
		}
		failures = append(failures, err)
		if ctx.Err() != nil {
			break
		}
	}
	return nil, errors.Join(failures...)
}

func (c *Connector) connect(ctx context.Context, node driver.Connector) (driver.Conn, error) {
	conn, err := node.Connect(ctx)
	if err != nil {
		return nil, err
	}
	for _, query := range c.Session {
		_, err := conn.(driver.ExecerContext).ExecContext(ctx, query, nil)
		if err != nil && !c.Ignore(err) {
			return nil, errors.Join(err, conn.Close())
		}
	}
	return conn, nil
}
