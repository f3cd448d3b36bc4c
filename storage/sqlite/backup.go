//go:build cgo

package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Backup writes a copy of the database, as it is at one moment, to a new file at
// path. Reading and writing go on meanwhile; the write-ahead log grows until the
// copy is done. The file appears under its name when it is whole and on the disk.
// Open takes it as it is.
//
// Backup returns an error wrapping fs.ErrExist when there is a file at path, and
// leaves nothing behind when it fails or ctx ends. The copy has the tables of the
// host too, where the pool is the host's; files that the desk keeps outside of the
// database are not in it.
func (s *Store) Backup(ctx context.Context, path string) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("back up to %s: %w", path, err)
		}
	}()
	if _, err := os.Lstat(path); err == nil {
		return fs.ErrExist
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	part, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.part")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(part.Name())
		}
	}()
	err = s.copyTo(ctx, part.Name())
	if err == nil {
		err = part.Sync() // SQLite does not
	}
	if err := errors.Join(err, part.Close()); err != nil {
		return err
	}
	if err := os.Rename(part.Name(), path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// copyTo copies the database into an empty file.
func (s *Store) copyTo(ctx context.Context, path string) error {
	conn, err := s.read.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	// A connection for reading may not write the copy either.
	defer func() { _ = conn.Raw(func(any) error { return driver.ErrBadConn }) }()
	if _, err := conn.ExecContext(ctx, "PRAGMA query_only=0"); err != nil {
		return err
	}
	if _, err = conn.ExecContext(ctx, "VACUUM INTO ?", path); err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}
