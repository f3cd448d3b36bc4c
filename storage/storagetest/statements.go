package storagetest

import (
	"errors"
	"fmt"

	"github.com/go-helpdesk/helpdesk/storage"
)

// statementTests skip, and say so, on a Store that runs no statements of the host.
var statementTests = withStatements([]test{
	{"are part of the transaction", func(e *env) {
		rename := func(tx storage.Tx, name string) error {
			return tx.Exec(e.ctx, "UPDATE helpdesk_user SET first_name = ? WHERE username = ?", name, "ada")
		}
		e.update(func(tx storage.Tx) {
			e.user(tx, "ada")
			e.ok(rename(tx, "Ada"))
			equal(e, e.firstNames(tx), []string{"Ada"})
		})
		e.is(e.Update(e.ctx, func(tx storage.Tx) error {
			e.ok(rename(tx, "Bob"))
			return errOwn
		}), errOwn)
		e.view(func(tx storage.Tx) {
			equal(e, e.firstNames(tx), []string{"Ada"})
			e.refused(rename(tx, "Eve"))
		})
	}},
	{"yield rows", func(e *env) {
		e.update(func(tx storage.Tx) {
			for _, name := range []string{"ada", "bob", "eve"} {
				e.user(tx, name)
			}
			rows := 0
			for row, err := range tx.Query(e.ctx, "SELECT id, username, NULL FROM helpdesk_user ORDER BY id") {
				e.ok(err)
				if _, ok := row[0].(int64); !ok || len(row) != 3 || row[2] != nil {
					e.Errorf("a row is %v", row)
				}
				if rows++; rows == 2 {
					break
				}
			}
			equal(e, rows, 2)
			e.user(tx, "joe") // the rest of the rows is not in the way
		})
	}},
	{"that fail end the transaction", func(e *env) {
		e.refused(e.Update(e.ctx, func(tx storage.Tx) error {
			e.user(tx, "ada")
			e.refused(tx.Exec(e.ctx, "UPDATE no_such_table SET x = 1"))
			return nil
		}))
		e.refused(e.Update(e.ctx, func(tx storage.Tx) error {
			e.user(tx, "ada")
			n := 0
			for row, err := range tx.Query(e.ctx, "SELECT x FROM no_such_table") {
				e.refused(err)
				equal(e, row == nil, true)
				n++
			}
			equal(e, n, 1)
			return nil
		}))
		e.hasUsers(0)
	}},
	{"that are refused leave the transaction", func(e *env) {
		e.update(func(tx storage.Tx) {
			e.user(tx, "ada")
			e.user(tx, "bob")
			e.is(tx.Exec(e.ctx, "UPDATE helpdesk_user SET id = (SELECT n FROM (SELECT MIN(id) AS n FROM helpdesk_user) AS m) "+
				"WHERE username = 'bob'"), storage.ErrDuplicate)
		})
		e.hasUsers(2)
	}},
})

// firstNames are those of all users, read by a statement of the host.
func (e *env) firstNames(tx storage.Tx) (names []string) {
	e.Helper()
	for row, err := range tx.Query(e.ctx, "SELECT first_name FROM helpdesk_user ORDER BY id") {
		e.ok(err)
		names = append(names, fmt.Sprintf("%s", row[0]))
	}
	return names
}

func withStatements(tests []test) []test {
	for i, t := range tests {
		tests[i].run = func(e *env) {
			e.view(func(tx storage.Tx) {
				for _, err := range tx.Query(e.ctx, "SELECT 1") {
					if errors.Is(err, errors.ErrUnsupported) {
						e.Skip(err)
					}
				}
			})
			t.run(e)
		}
	}
	return tests
}
