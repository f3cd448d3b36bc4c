package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/go-helpdesk/helpdesk/storage"
)

// migratingTable has a row for a migration that was begun, until it has ended.
const migratingTable = "helpdesk_migrating"

// migrateLocked applies the migrations to a database that commits every change
// of a schema at once. Before a migration is begun that is written down, so that
// one that did not end is seen. The primary key of what is written keeps two
// processes apart also where the lock does not reach: on two nodes of a cluster.
func (s *Store) migrateLocked(ctx context.Context, all []migration) error {
	return s.persist(ctx, func() (bool, error) {
		conn, err := s.o.Write.Conn(ctx)
		if err != nil {
			err = s.failure(ctx, "connect", err)
			return errors.Is(err, storage.ErrBusy), err
		}
		defer conn.Close()
		x := &session{on: pooled{conn}, store: s, write: true}
		if err := s.o.Check(ctx, conn); err != nil {
			return false, err
		}
		if alone := s.o.Dialect.Alone; alone != "" {
			if err := x.raw(ctx, "prepare to migrate", alone); err != nil {
				return false, err
			}
			defer func() { _ = conn.Raw(badConn) }()
		}
		err = x.locked(ctx, func() error { return x.applyAll(ctx, all) })
		if x.broken != nil {
			_ = conn.Raw(badConn) // and the lock with it
		}
		return false, err
	})
}

// locked runs fn while no other process holds the lock.
func (x *session) locked(ctx context.Context, fn func() error) (err error) {
	d := &x.store.o.Dialect
	got, err := one(ctx, x, "wait for another process that migrates", statement{text: d.Lock}, (*row).NullInt)
	if err != nil {
		return err
	}
	if got == nil || *got != 1 {
		return fmt.Errorf("another process migrates: %w", storage.ErrBusy)
	}
	defer func() {
		if x.broken == nil {
			_, unlockErr := one(ctx, x, "end the lock", statement{text: d.Unlock}, (*row).NullInt)
			err = errors.Join(err, unlockErr)
		}
	}()
	return fn()
}

func (x *session) applyAll(ctx context.Context, all []migration) error {
	if err := x.raw(ctx, "prepare to migrate", "CREATE TABLE IF NOT EXISTS "+migratingTable+" (version BIGINT PRIMARY KEY)"); err != nil {
		return err
	}
	for _, m := range all {
		if err := m.applyMarked(ctx, x); err != nil {
			return fmt.Errorf("migrate to %s: %w", m.file, err)
		}
	}
	return nil
}

// applyMarked takes the step if nobody has, or waits for who is taking it.
func (m migration) applyMarked(ctx context.Context, x *session) error {
	for start := time.Now(); ; {
		version, err := x.version(ctx)
		if err != nil || version >= m.version {
			return err
		}
		mark := inserting(migratingTable, []string{"version"}, 1, []any{m.version})
		_, err = x.exec(ctx, "begin", mark)
		if err == nil {
			break
		}
		if !errors.Is(err, storage.ErrDuplicate) {
			return err
		}
		if time.Since(start) > x.store.o.Patience {
			return x.halfApplied(ctx, version)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(longestPause):
		}
	}
	if err := m.apply(ctx, x); err != nil {
		return err
	}
	_, err := x.exec(ctx, "end", deleting(migratingTable, is("version = ?", m.version)))
	return err
}

// halfApplied returns an error when a migration beyond version was begun.
func (x *session) halfApplied(ctx context.Context, version int) error {
	n, err := one(ctx, x, "look for a migration", statement{x.store.o.Dialect.TableExists, []any{migratingTable}}, integer)
	if err != nil || n == 0 {
		return err
	}
	begun, err := list(ctx, x, "look for a migration", selecting("version", migratingTable, is("version > ?", version), order{}), integer)
	if err != nil || len(begun) == 0 {
		return err
	}
	return fmt.Errorf("%w: the migration to version %d was begun and has not ended: wait if another process is at it; "+
		"if none is, undo what it did (see docs/mysql.md), delete its row from %s, and call Migrate", storage.ErrSchema, begun[0], migratingTable)
}
