package main

import (
	"database/sql/driver"
	"fmt"
	"math"
	"net/http"
	"strconv"
)

const (
	chunk     = 128  // tickets of a complete list that are read at once
	wholePage = 1000 // tickets that fit in an answer made in one piece
)

// ticket answers with one ticket.
func (c *conn) ticket(w http.ResponseWriter, r *http.Request, id int64) error {
	c.out = c.out[:0]
	n, last, err := c.appendTickets(r.Host, c.from, id, int64(1))
	if err != nil {
		return err
	}
	if n == 0 || last != id {
		http.NotFound(w, r)
		return nil
	}
	send(w, http.StatusOK, c.out)
	return nil
}

// list answers with a page of tickets. It sends a small page at once and streams a large
// one.
func (c *conn) list(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	page, size := atLeast1(q.Get("page"), 1), atLeast1(q.Get("page_size"), 25)
	var count int64
	if err := c.query(c.count, 1, func(row []driver.Value) { count = number(row[0]) }); err != nil {
		return err
	}
	c.out = strconv.AppendInt(append(c.out[:0], `{"count":`...), count, 10)
	c.link(`,"next":`, r.Host, page+1, size, page < (count+size-1)/size)
	c.link(`,"previous":`, r.Host, page-1, size, page > 1)
	c.out = append(c.out, `,"results":[`...)
	if size > wholePage {
		c.stream(w, r.Host)
		return nil
	}
	if _, _, err := c.appendTickets(r.Host, c.page, (page-1)*size, size); err != nil {
		return err
	}
	c.out = append(c.out, "]}"...)
	send(w, http.StatusOK, c.out)
	return nil
}

func atLeast1(text string, otherwise int64) int64 {
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n < 1 {
		return otherwise
	}
	return n
}

func (c *conn) link(key, host string, page, size int64, exists bool) {
	if !exists {
		c.out = append(append(c.out, key...), "null"...)
		return
	}
	c.out = fmt.Appendf(c.out, `%s"http://%s/api/tickets/?page=%d&page_size=%d"`, key, host, page, size)
}

// stream sends all tickets, one chunk at a time. If it fails, it aborts the answer.
func (c *conn) stream(w http.ResponseWriter, host string) {
	w.Header()["Content-Type"] = []string{"application/json"}
	for next := int64(0); next < math.MaxInt64; {
		n, last, err := c.appendTickets(host, c.from, next, int64(chunk))
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		next = last + 1
		if n < chunk {
			c.out, next = append(c.out, "]}"...), math.MaxInt64
		}
		if _, err := w.Write(c.out); err != nil {
			return
		}
		c.out = append(c.out[:0], ',')
	}
}

// appendTickets appends the tickets that a statement selects, with their follow-ups,
// attachments and values. It reads each of these kinds with one query over the range of
// ids. It returns the number of tickets and the last id.
func (c *conn) appendTickets(host string, s driver.Stmt, args ...driver.Value) (n int, last int64, err error) {
	t, f, a, v := &c.ticketPieces, &c.followUpPieces, &c.attachPieces, &c.valuePieces
	for _, p := range []*pieces{t, f, a, v} {
		p.reset()
	}
	if err := c.query(s, 12, func(row []driver.Value) {
		t.json = appendRow(t.json, ticketColumns, row, host)
		t.mark(0, number(row[0]))
	}, args...); err != nil || len(t.marks) == 0 {
		return 0, 0, err
	}
	first, last := t.marks[0].id, t.marks[len(t.marks)-1].id
	if err := c.query(c.followUps, 11, func(row []driver.Value) {
		f.json = appendRow(f.json, followUpColumns, row, host)
		f.mark(number(row[1]), number(row[0]))
	}, first, last); err != nil {
		return 0, 0, err
	}
	if err := c.query(c.attachments, 6, func(row []driver.Value) {
		a.json = append(appendRow(a.json, attachmentColumns, row, host), '}')
		a.mark(number(row[1]), number(row[0]))
	}, first, last); err != nil {
		return 0, 0, err
	}
	if err := c.query(c.values, 3, func(row []driver.Value) {
		field := number(row[1])
		v.json = appendRow(v.json, valueColumns[field-1:field], row[2:], host)
		v.mark(number(row[0]), field)
	}, first, last); err != nil {
		return 0, 0, err
	}
	c.out = t.take(c.out, 0, c.appendParts)
	return len(t.marks), last, nil
}

// appendParts appends the end of a ticket. Its attachments are in the order of its
// follow-ups, since the dates of follow-ups never decrease.
func (c *conn) appendParts(b []byte, ticket int64) []byte {
	b = append(b, `,"followup_set":[`...)
	b = c.followUpPieces.take(b, ticket, c.appendAttachments)
	b = append(b, "],"...)
	return append(c.valuePieces.take(b, ticket, nil), '}')
}

func (c *conn) appendAttachments(b []byte, followUp int64) []byte {
	b = append(b, `,"followupattachment_set":[`...)
	return append(c.attachPieces.take(b, followUp, nil), "]}"...)
}
