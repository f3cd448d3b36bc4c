package sqlstore

import (
	"context"
	"database/sql"
	"reflect"
	"sync"
)

// Validate returns an error that says what to set when a connection of the pools has
// settings that would break what this package promises.
func (s *Store) Validate(ctx context.Context) error {
	if s.o.Validate == nil {
		return nil
	}
	for _, pool := range []*sql.DB{s.o.Read, s.o.Write} {
		err := s.retry(ctx, func() outcome {
			conn, err := pool.Conn(ctx)
			if err != nil {
				return outcomeOf(s.failure(ctx, "connect", err))
			}
			defer conn.Close()
			return outcomeOf(s.o.Validate(ctx, conn))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// validateHost asks Options.ValidateHost about a connection, unless it was asked before.
func (s *Store) validateHost(ctx context.Context, conn *sql.Conn, write bool) error {
	switch {
	case s.o.ValidateHost == nil, s.o.ValidateEach && !write:
		return nil
	case s.o.ValidateEach:
		return s.o.ValidateHost(ctx, conn)
	}
	var driverConn any
	err := conn.Raw(func(c any) error { driverConn = c; return nil })
	if err != nil {
		return s.failure(ctx, "connect", err)
	}
	if s.checked.has(driverConn) {
		return nil
	}
	if err := s.o.ValidateHost(ctx, conn); err != nil {
		return err
	}
	s.checked.add(driverConn)
	return nil
}

// maxChecked bounds how many connections are remembered, those that were closed
// meanwhile included.
const maxChecked = 1024

// checked remembers connections of a driver. It is safe for concurrent use.
type checked struct {
	mu    sync.Mutex
	conns map[any]struct{}
}

func (c *checked) has(conn any) bool {
	if !reflect.TypeOf(conn).Comparable() { // a driver that wraps another one
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	_, ok := c.conns[conn]
	return ok
}

func (c *checked) add(conn any) {
	if !reflect.TypeOf(conn).Comparable() {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.conns) >= maxChecked {
		clear(c.conns)
	}
	if c.conns == nil {
		c.conns = map[any]struct{}{}
	}
	c.conns[conn] = struct{}{}
}
