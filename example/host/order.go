package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// order is a row of the shop's orders. What is to be done for it is a ticket.
type order struct {
	ID     int64  `json:"order"`
	Ticket int64  `json:"ticket"`
	See    string `json:"see"` // where the ticket is

	item, note string
}

// postOrder takes the form values item and note.
func (s *shop) postOrder(w http.ResponseWriter, r *http.Request) {
	p, err := s.visitor(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if p == nil {
		http.Error(w, "Log in first.", http.StatusUnauthorized)
		return
	}
	o := &order{item: strings.TrimSpace(r.PostForm.Get("item")), note: r.PostForm.Get("note")}
	if o.item == "" {
		http.Error(w, "Which item?", http.StatusBadRequest)
		return
	}
	if err := s.place(r.Context(), p, o); err != nil {
		s.fail(w, r, err)
		return
	}
	o.See = fmt.Sprintf("%s/user_tickets/%d/", prefix, o.Ticket)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(o) // a client that went away is nobody's error
}

// place writes the order and its ticket in one transaction of the shop's, so
// there is never one without the other. The customer opens the ticket, and
// reads it under user_tickets.
func (s *shop) place(ctx context.Context, p *person, o *order) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit nothing is left to roll back
	err = tx.QueryRowContext(ctx, "INSERT INTO orders (person, item) VALUES (?, ?) RETURNING id", p.id, o.item).Scan(&o.ID)
	if err != nil {
		return err
	}
	desk := s.desk.With(s.store.Join(tx))
	who, err := desk.ExternalUser(ctx, p.external())
	if err != nil {
		return err
	}
	opened, err := desk.CreateRequesterTicket(ctx, who, &ticket.Ticket{
		QueueID: s.queues[orders], Title: fmt.Sprintf("Order %d: %s", o.ID, o.item), Description: &o.note, Priority: ticket.Normal,
	})
	if err != nil {
		return err
	}
	o.Ticket = opened.ID
	if _, err := tx.ExecContext(ctx, "UPDATE orders SET ticket = ? WHERE id = ?", o.Ticket, o.ID); err != nil {
		return err
	}
	return tx.Commit()
}

// fail answers with an error. What is the shop's fault is logged and not shown.
func (s *shop) fail(w http.ResponseWriter, r *http.Request, err error) {
	if invalid, ok := errors.AsType[problem.Error](err); ok {
		http.Error(w, invalid.Error(), http.StatusBadRequest)
		return
	}
	if errors.Is(err, helpdesk.ErrForbidden) {
		http.Error(w, "You may not do this.", http.StatusForbidden)
		return
	}
	s.log.ErrorContext(r.Context(), "shop: request failed", "method", r.Method, "path", r.URL.Path, "error", err)
	http.Error(w, "Something went wrong.", http.StatusInternalServerError)
}
