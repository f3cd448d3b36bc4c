package main

import (
	"context"
	"fmt"
	"net/http"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/storage/sqlite"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// prefix is the path that clients see the desk's API under.
const prefix = "/helpdesk/api"

// The slugs of the desk's queues.
const (
	questions = "questions"
	orders    = "orders"
	legal     = "legal" // for the boss
)

// openDesk opens the help desk on the shop's database. Support sees the tickets
// of its own queues; people come with the shop's cookie, their programs with a
// token.
func (s *shop) openDesk(ctx context.Context) (err error) {
	s.store = sqlite.New(s.db)
	if err := s.store.Migrate(ctx); err != nil {
		return err
	}
	s.desk, err = helpdesk.New(s.store, helpdesk.Config{Logger: s.log, Policy: helpdesk.DefaultPolicy{PerQueue: true}})
	if err != nil {
		return err
	}
	if err := s.openQueues(ctx); err != nil {
		return fmt.Errorf("open the queues: %w", err)
	}
	s.api, err = httpapi.New(s.desk, httpapi.Config{
		Prefix:        prefix,
		Authenticator: auth.Chain(tokens{auth.Bearer(s.desk), s}, auth.Session(s.loggedIn, nil)),
	})
	return err
}

// loggedIn says who is logged in at the shop.
func (s *shop) loggedIn(r *http.Request) (auth.Identity, error) {
	p, err := s.visitor(r)
	if err != nil {
		return auth.Identity{}, err
	}
	if p == nil {
		return auth.Identity{}, auth.ErrNoCredentials
	}
	return auth.Identity{External: p.external()}, nil
}

// openQueues finds the desk's queues, and makes those that are not there yet.
func (s *shop) openQueues(ctx context.Context) error {
	s.queues = map[string]int64{}
	for q, err := range s.desk.Queues(helpdesk.System(), ticket.QueueFilter{}).All(ctx) {
		if err != nil {
			return err
		}
		s.queues[q.Slug] = q.ID
	}
	for _, q := range []*ticket.Queue{
		{Title: "Questions", Slug: questions, AllowPublicSubmission: true},
		{Title: "Orders", Slug: orders, AllowPublicSubmission: true},
		{Title: "Legal", Slug: legal},
	} {
		if s.queues[q.Slug] != 0 {
			continue
		}
		made, err := s.desk.CreateQueue(ctx, helpdesk.System(), q)
		if err != nil {
			return err
		}
		s.queues[made.Slug] = made.ID
	}
	return nil
}
