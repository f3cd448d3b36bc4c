package sqlstore

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"

	sq "github.com/Masterminds/squirrel"

	"github.com/go-helpdesk/helpdesk/ticket"
)

// maxPlaceholders is how many ids are bound one by one. Databases limit the
// number of placeholders; more ids than this are written out as digits.
const maxPlaceholders = 1000

// in is the condition that column has one of the ids.
func in(column string, ids []int64) sq.Sqlizer {
	if len(ids) <= maxPlaceholders {
		return sq.Eq{column: ids}
	}
	digits := make([]byte, 0, 8*len(ids))
	for i, id := range ids {
		if i > 0 {
			digits = append(digits, ',')
		}
		digits = strconv.AppendInt(digits, id, 10)
	}
	return sq.Expr(column + " IN (" + string(digits) + ")")
}

// inRows is the condition that column has the id of a row that fulfils the conditions.
func inRows(column, table string, conditions sq.And) sq.Sqlizer {
	return sq.Expr(column+" IN (?)", where(sq.Select("id").From(table), conditions))
}

// admitted are the conditions under which the scope admits a row of helpdesk_ticket.
func admitted(s ticket.Scope) sq.And {
	switch {
	case s.All:
		return nil
	case s.Submitter == "":
		return sq.And{sq.Expr("1=0")}
	}
	return sq.And{sq.Eq{"submitter_email": s.Submitter}}
}

// onTickets are the conditions that column has one of the ids, if there are
// any, of a ticket that the scope admits.
func onTickets(column string, ids []int64, s ticket.Scope) sq.And {
	var all sq.And
	if len(ids) > 0 {
		all = append(all, in(column, ids))
	}
	if !s.All {
		all = append(all, inRows(column, ticketTable.name, admitted(s)))
	}
	return all
}

// where adds conditions. There is no WHERE without any: it would hide from
// SQLite that COUNT(*) counts everything.
func where(q sq.SelectBuilder, conditions sq.And) sq.SelectBuilder {
	if len(conditions) == 0 {
		return q
	}
	return q.Where(conditions)
}

func (x *session) forUpdate(q sq.SelectBuilder) sq.SelectBuilder {
	return q.Suffix(x.store.o.Dialect.ForUpdate)
}

// page cuts a slice out of an ordered list; without a limit it has no end.
func page(q sq.SelectBuilder, offset, limit int) sq.SelectBuilder {
	last := int64(limit)
	if limit <= 0 {
		last = math.MaxInt64
	}
	return q.Suffix("LIMIT ? OFFSET ?", last, offset)
}

// byID is a page of at most limit rows behind the id, which must be positive.
func byID(q sq.SelectBuilder, after int64, offset, limit int) (sq.SelectBuilder, error) {
	if limit <= 0 {
		return q, fmt.Errorf("limit %d is not positive", limit)
	}
	if after != 0 {
		q = q.Where(sq.Gt{"id": after})
	}
	return page(q.OrderBy("id"), offset, limit), nil
}

// micros is how a time is stored.
func micros(t time.Time) int64 { return t.UnixMicro() }

func nullMicros(t *time.Time) any {
	if t == nil {
		return nil
	}
	return micros(*t)
}

// instant scans a stored time.
type instant struct{ to *time.Time }

func (i instant) Scan(src any) error {
	var n sql.NullInt64
	if err := n.Scan(src); err != nil {
		return err
	}
	*i.to = time.UnixMicro(n.Int64).UTC()
	return nil
}

// nullInstant scans a stored time that may be null.
type nullInstant struct{ to **time.Time }

func (i nullInstant) Scan(src any) error {
	if src == nil {
		*i.to = nil
		return nil
	}
	*i.to = new(time.Time)
	return instant{*i.to}.Scan(src)
}

// texts stores a list of strings as JSON, nil as null.
func texts(list []string) any {
	if list == nil {
		return nil
	}
	b, _ := json.Marshal(list) // strings always can
	return string(b)
}

// scanTexts scans what texts stored.
type scanTexts struct{ to *[]string }

func (s scanTexts) Scan(src any) error {
	var text sql.NullString
	if err := text.Scan(src); err != nil || !text.Valid {
		*s.to = nil
		return err
	}
	return json.Unmarshal([]byte(text.String), s.to)
}
