package rig

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/go-sql-driver/mysql"

	"github.com/go-helpdesk/helpdesk/internal/bench"
	"github.com/go-helpdesk/helpdesk/internal/mariadb"
)

// Database creates a database of kind sqlite or mysql, which is removed with the rig. It
// returns the name by which the programs open it.
func (r *Rig) Database(ctx context.Context, kind, name string) (string, error) {
	db, _, err := r.create(ctx, kind, r.dir, fmt.Sprintf("%d_%s", os.Getpid(), name))
	if err == nil {
		r.shared.made = append(r.shared.made, db)
	}
	return db, err
}

// create creates a database unless it exists. For SQLite, opening the file creates it.
func (r *Rig) create(ctx context.Context, kind, dir, name string) (db string, found bool, err error) {
	switch kind {
	case "sqlite":
		path := filepath.Join(dir, name+".db")
		_, err := os.Stat(path)
		if errors.Is(err, os.ErrNotExist) {
			return "sqlite:" + path, false, nil
		}
		return "sqlite:" + path, true, err
	case "mysql":
		if err := r.startMySQL(); err != nil {
			return "", false, err
		}
		c, err := mysql.ParseDSN(r.shared.dsn)
		if err != nil {
			return "", false, err
		}
		c.DBName = "helpdesk_bench_" + name
		err = r.execute(ctx, "CREATE DATABASE "+c.DBName+" CHARACTER SET utf8mb4")
		if e, ok := errors.AsType[*mysql.MySQLError](err); ok && e.Number == 1007 { // it exists
			return "mysql:" + c.FormatDSN(), true, nil
		}
		return "mysql:" + c.FormatDSN(), false, err
	}
	return "", false, fmt.Errorf("database %q: want sqlite or mysql", kind)
}

// startMySQL starts a private server unless there is a server already.
func (r *Rig) startMySQL() (err error) {
	if r.shared.dsn != "" {
		return nil
	}
	if r.keep != "" {
		return errors.New("databases of a private server cannot be kept: name a server with -mysql")
	}
	// Its commits are durable, as by default.
	if r.shared.server, err = mariadb.Launch("--innodb-buffer-pool-size=512M"); err == nil {
		r.shared.dsn = r.shared.server.DSN("")
	}
	return err
}

// MySQLPID returns the process id of the private server, or "" if there is none.
func (r *Rig) MySQLPID() string {
	if r.shared.server == nil {
		return ""
	}
	return strconv.Itoa(r.shared.server.PID())
}

func (r *Rig) drop(db string) error {
	kind, source, err := bench.Split(db)
	if err != nil {
		return err
	}
	if kind == "mysql" {
		c, err := mysql.ParseDSN(source)
		if err != nil {
			return err
		}
		return r.execute(context.Background(), "DROP DATABASE "+c.DBName) // also after an interrupt
	}
	for _, file := range []string{source, source + "-wal", source + "-shm"} {
		if err := os.Remove(file); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// execute runs a statement on the server without selecting a database.
func (r *Rig) execute(ctx context.Context, query string) error {
	c, err := mysql.ParseDSN(r.shared.dsn)
	if err != nil {
		return err
	}
	c.DBName = ""
	pool, err := sql.Open("mysql", c.FormatDSN())
	if err != nil {
		return err
	}
	defer pool.Close()
	_, err = pool.ExecContext(ctx, query)
	return err
}
