package main

import (
	"database/sql/driver"
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// input is the body of a request that creates a ticket or a follow-up.
type input struct {
	Queue, Priority, Status     int64
	Title, Description, Comment string
	Ticket                      int64
	User                        *int64
	Public                      bool
	Email                       *string `json:"submitter_email"`
	Due                         *string `json:"due_date"`
	Company                     *string `json:"custom_company"`
	Seats                       *int64  `json:"custom_seats"`
	Tier                        *string `json:"custom_tier"`
}

// create decodes the body, calls write in a transaction, and answers with its result.
func (c *conn) create(w http.ResponseWriter, r *http.Request, write func(c *conn, in *input, host string) error) error {
	var in input
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return nil
	}
	c.out = c.out[:0]
	if err := c.within(func() error { return write(c, &in, r.Host) }); err != nil {
		return err
	}
	send(w, http.StatusCreated, c.out)
	return nil
}

// within runs fn in a transaction.
func (c *conn) within(fn func() error) error {
	if _, err := c.exec(c.begin); err != nil {
		return err
	}
	err := fn()
	if err == nil {
		_, err = c.exec(c.commit)
	}
	if err != nil {
		_, _ = c.exec(c.rollback) // err says more
	}
	return err
}

func addTicket(c *conn, in *input, host string) error {
	now := stamp()
	row := []driver.Value{in.Queue, in.Title, in.Description, nil, nullable(in.Email), nil, in.Status, int64(0), in.Priority,
		nullable(in.Due), nil, now, now}
	id, err := c.exec(c.addTicket, row...)
	if err != nil {
		return err
	}
	var seats driver.Value
	if in.Seats != nil {
		seats = strconv.FormatInt(*in.Seats, 10)
	}
	values := []driver.Value{nullable(in.Company), seats, nullable(in.Tier)}
	if _, err := c.exec(c.addValues, id, values[0], id, values[1], id, values[2]); err != nil {
		return err
	}
	c.out = appendRow(c.out, ticketColumns, append([]driver.Value{id}, row...), host)
	c.out = append(c.out, `,"followup_set":[`...)
	if err := c.insertFollowUp(host, id, nil, "Ticket Opened", in.Description, int64(1), nil, nil, now, nil, nil); err != nil {
		return err
	}
	c.out = append(c.out, ']')
	for i, v := range values {
		c.out = appendRow(append(c.out, ','), valueColumns[i:i+1], []driver.Value{v}, host)
	}
	c.out = append(c.out, '}')
	return nil
}

func addFollowUp(c *conn, in *input, host string) error {
	now := stamp()
	if _, err := c.exec(c.touch, now, in.Ticket); err != nil {
		return err
	}
	public := int64(0)
	if in.Public {
		public = 1
	}
	return c.insertFollowUp(host, in.Ticket, nullable(in.User), in.Title, in.Comment, public, nil, nil, now, nil, nil)
}

// insertFollowUp inserts a row and appends it to the answer.
func (c *conn) insertFollowUp(host string, row ...driver.Value) error {
	id, err := c.exec(c.addFollowUp, row...)
	if err != nil {
		return err
	}
	c.out = appendRow(c.out, followUpColumns, append([]driver.Value{id}, row...), host)
	c.out = append(c.out, `,"followupattachment_set":[]}`...)
	return nil
}

func stamp() string { return time.Now().UTC().Format("2006-01-02T15:04:05.000000Z") }

func nullable[T any](p *T) driver.Value {
	if p == nil {
		return nil
	}
	return *p
}
