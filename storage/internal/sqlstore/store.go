package sqlstore

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-helpdesk/helpdesk/storage"
)

const (
	defaultPatience = 10 * time.Second
	defaultShare    = 5 * time.Millisecond
	defaultMaxWait  = 5 * time.Second

	defaultStatementTimeout = 5 * time.Second
)

// Store implements storage.Store. It is safe for concurrent use.
type Store struct {
	o        Options
	group    *group      // where Updates share transactions
	checked  checked     // connections of a host's pool
	schemaOK atomic.Bool // the schema was found to be right

	spellings sync.Map // of statements, with the placeholders of the dialect
}

// New returns a Store over open pools, which stay the caller's to close.
func New(o Options) *Store {
	if o.Patience == 0 {
		o.Patience = defaultPatience
	}
	if o.Share == 0 {
		o.Share = defaultShare
	}
	if o.MaxWait == 0 {
		o.MaxWait = defaultMaxWait
	}
	if o.StatementTimeout == 0 {
		o.StatementTimeout = defaultStatementTimeout
	}
	s := &Store{o: o}
	if o.OneWriter {
		s.group = &group{store: s}
	}
	return s
}

// View implements storage.Store.
func (s *Store) View(ctx context.Context, fn func(storage.Tx) error) error {
	return s.view(ctx, withSchema(ctx, fn))
}

// Read implements storage.Store.
func (s *Store) Read(ctx context.Context, fn func(storage.Tx) error) error {
	fnWithSchema := withSchema(ctx, fn)
	return s.retry(ctx, func() outcome {
		return s.withConnection(ctx, false, func(c *connection) outcome { return readOnce(ctx, c, fnWithSchema) })
	})
}

// Update implements storage.Store.
func (s *Store) Update(ctx context.Context, fn func(storage.Tx) error) error {
	return s.update(ctx, withSchema(ctx, fn))
}

// Nouns implements storage.Store.
func (s *Store) Nouns() storage.Tx {
	return &transaction{reader: single{&connection{store: s, failed: errEnded}}, store: s}
}

// Connect returns nil when the database can be written to, whatever its schema.
func (s *Store) Connect(ctx context.Context) error {
	return s.update(ctx, func(*transaction) error { return nil })
}

// withSchema runs fn when the database has the schema that this code needs.
func withSchema(ctx context.Context, fn func(storage.Tx) error) func(*transaction) error {
	return func(x *transaction) error {
		if err := x.requireSchema(ctx); err != nil {
			return err
		}
		return fn(x)
	}
}

func (s *Store) view(ctx context.Context, fn func(*transaction) error) error {
	return s.retry(ctx, func() outcome {
		return s.withConnection(ctx, false, func(c *connection) outcome { return viewOnce(ctx, c, fn) })
	})
}

func (s *Store) update(ctx context.Context, fn func(*transaction) error) error {
	return s.retry(ctx, func() outcome {
		if s.group != nil {
			return s.group.update(ctx, fn)
		}
		return s.withConnection(ctx, true, func(c *connection) outcome { return updateOnce(ctx, c, fn) })
	})
}
