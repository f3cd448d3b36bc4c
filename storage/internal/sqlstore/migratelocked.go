package sqlstore

import (
	"context"
	"database/sql"
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
	return s.retry(ctx, func() outcome {
		conn, err := s.o.Write.Conn(ctx)
		if err != nil {
			return outcomeOf(s.failure(ctx, "connect", err))
		}
		defer conn.Close()
		return outcome{err: s.migrateOn(ctx, conn, all)}
	})
}

// migrateOn migrates on a connection, in no transaction.
func (s *Store) migrateOn(ctx context.Context, conn *sql.Conn, all []migration) error {
	if err := s.o.Validate(ctx, conn); err != nil {
		return err
	}
	w := newWriter(&connection{store: s, on: s.spell(hostRunner{conn})})
	mustClose := false
	defer func() {
		if w.end() || mustClose {
			_ = conn.Raw(badConn) // and the lock with it
		}
	}()
	if alone := s.o.Dialect.Alone; alone != "" {
		if err := w.script(ctx, "prepare to migrate", alone); err != nil {
			return err
		}
		mustClose = true
	}
	x := w.transaction()
	err := x.locked(ctx, func() error { return x.applyAll(ctx, all) })
	mustClose = mustClose || w.failed != nil
	return err
}

// locked runs fn while no other process holds the lock.
func (x *transaction) locked(ctx context.Context, fn func() error) (err error) {
	d := &x.store.o.Dialect
	got, err := one(ctx, x, "wait for another process that migrates", statement{text: d.Lock}, (*row).NullInt)
	if err != nil {
		return err
	}
	if got == nil || *got != 1 {
		return fmt.Errorf("another process migrates: %w", storage.ErrBusy)
	}
	defer func() {
		if x.writer.failed == nil {
			_, unlockErr := one(ctx, x, "end the lock", statement{text: d.Unlock}, (*row).NullInt)
			err = errors.Join(err, unlockErr)
		}
	}()
	return fn()
}

func (x *transaction) applyAll(ctx context.Context, all []migration) error {
	if err := x.writer.script(ctx, "prepare to migrate",
		"CREATE TABLE IF NOT EXISTS "+migratingTable+" (version BIGINT PRIMARY KEY)"); err != nil {
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
func (m migration) applyMarked(ctx context.Context, x *transaction) error {
	for start := time.Now(); ; {
		version, err := x.version(ctx)
		if err != nil || version >= m.version {
			return err
		}
		mark := inserting(migratingTable, []string{"version"}, 1, []any{m.version})
		err = x.exec(ctx, "begin", mark)
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
		case <-time.After(maxPause):
		}
	}
	if err := m.apply(ctx, x); err != nil {
		return err
	}
	err := x.exec(ctx, "end", deleting(migratingTable, is("version = ?", m.version)))
	return err
}

// halfApplied returns an error when a migration beyond version was begun.
func (x *transaction) halfApplied(ctx context.Context, version int) error {
	n, err := one(ctx, x, "look for a migration", statement{text: x.store.o.Dialect.TableExists, args: []any{migratingTable}}, integer)
	if err != nil || n == 0 {
		return err
	}
	begun, err := list(ctx, x, "look for a migration", selecting("version", migratingTable, is("version > ?", version), order{}), integer)
	if err != nil || len(begun) == 0 {
		return err
	}
	return fmt.Errorf("%w: the migration to version %d was begun and has not ended: wait if another process is at it; "+
		"if none is, undo what it did (see docs/mysql.md), delete its row from %s, and call Migrate", storage.ErrSchema, begun[0],
		migratingTable)
}
