package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/go-helpdesk/helpdesk/storage"
)

const migrationTable = "helpdesk_migration"

// migration is a file that takes the schema from the version before to its
// own, and says so in helpdesk_migration: whichever tool applies it.
type migration struct {
	version    int
	file       string
	statements []string
}

// annotation begins every file. It tells goose that the file migrates up, and is a
// comment to everybody else.
const annotation = "-- +goose Up\n"

// migrations reads the files in order: 0001_initial.up.sql is version 1. Their
// format is that of goose and of golang-migrate.
func (s *Store) migrations() ([]migration, error) {
	files, err := fs.Glob(s.o.Migrations, "*.sql") // sorted
	if err != nil {
		return nil, err
	}
	all := make([]migration, len(files))
	for i, file := range files {
		number, _, _ := strings.Cut(file, "_")
		if version, err := strconv.Atoi(number); err != nil || version != i+1 || !strings.HasSuffix(file, ".up.sql") {
			return nil, fmt.Errorf("migration %s: want a name like %04d_name.up.sql", file, i+1)
		}
		text, err := fs.ReadFile(s.o.Migrations, file)
		if err != nil {
			return nil, err
		}
		if !strings.HasPrefix(string(text), annotation) {
			return nil, fmt.Errorf("migration %s: want %q at its beginning", file, annotation)
		}
		all[i] = migration{i + 1, file, statements(string(text))}
	}
	return all, nil
}

// statements splits SQL where a line ends with a semicolon: not every driver
// takes several statements at once.
func statements(text string) []string {
	var all []string
	for s := range strings.SplitSeq(text, ";\n") {
		if s = strings.TrimSpace(s); s != "" {
			all = append(all, s)
		}
	}
	return all
}

// Migrate implements storage.Store.
func (s *Store) Migrate(ctx context.Context) error {
	all, err := s.migrations()
	if err != nil {
		return err
	}
	migrate := s.migrateEach
	if s.o.Dialect.Lock != "" {
		migrate = s.migrateLocked
	}
	if err := migrate(ctx, all); err != nil {
		return err
	}
	err = s.view(ctx, func(x *transaction) error { return x.requireSchema(ctx) })
	if errors.Is(err, storage.ErrSchema) { // it is newer; whoever uses it is told so
		return nil
	}
	return err
}

// migrateEach applies each migration in a transaction of its own.
func (s *Store) migrateEach(ctx context.Context, all []migration) error {
	for _, m := range all {
		if err := s.update(ctx, func(x *transaction) error { return m.apply(ctx, x) }); err != nil {
			return fmt.Errorf("migrate to %s: %w", m.file, err)
		}
	}
	return nil
}

// apply takes the step if nobody has. That is asked inside the transaction,
// where no other process can be taking it.
func (m migration) apply(ctx context.Context, x *transaction) error {
	if version, err := x.version(ctx); err != nil || version >= m.version {
		return err
	}
	for _, query := range m.statements {
		if err := x.writer.script(ctx, "apply", query); err != nil {
			return err
		}
	}
	return nil
}

// version is that of the schema, 0 when there is none.
func (x *transaction) version(ctx context.Context) (int, error) {
	n, err := one(ctx, x, "look for a schema", statement{text: x.store.o.Dialect.TableExists, args: []any{migrationTable}}, integer)
	if err != nil || n == 0 {
		return 0, err
	}
	return one(ctx, x, "read the schema version", selecting("COALESCE(MAX(version), 0)", migrationTable, cond{}, order{}), integer)
}

// Ready implements storage.Store.
func (s *Store) Ready(ctx context.Context) error {
	if err := s.Validate(ctx); err != nil {
		return err
	}
	return s.view(ctx, func(x *transaction) error { return s.ready(ctx, x) })
}

// requireSchema returns an error wrapping storage.ErrSchema when the database does
// not have the schema that this code needs. It asks until the answer was right
// once, so that it costs nothing afterwards.
func (x *transaction) requireSchema(ctx context.Context) error {
	if x.store.schemaOK.Load() || x.store.o.Migrations == nil {
		return nil
	}
	err := x.store.ready(ctx, x)
	if err == nil {
		x.store.schemaOK.Store(true)
	}
	return err
}

func (s *Store) ready(ctx context.Context, x *transaction) error {
	all, err := s.migrations()
	if err != nil {
		return err
	}
	version, err := x.version(ctx)
	if err == nil && s.o.Dialect.Lock != "" {
		err = x.halfApplied(ctx, version)
	}
	switch {
	case err != nil:
		return err
	case version < len(all):
		return fmt.Errorf("%w: the database has version %d, this code needs %d: call Migrate, or apply the files of Migrations with a tool",
			storage.ErrSchema, version, len(all))
	case version > len(all):
		return fmt.Errorf("%w: the database has version %d, this code knows only %d: use newer code", storage.ErrSchema, version, len(all))
	}
	return nil
}
