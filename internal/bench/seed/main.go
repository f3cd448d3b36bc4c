package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/internal/bench"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
	"github.com/go-helpdesk/helpdesk/webhook"
)

func main() {
	desk := flag.String("desk", "", "database of a desk to fill, sqlite:`PATH` or mysql:DSN")
	floor := flag.String("floor", "", "database of the floor to fill")
	tickets := flag.Int("tickets", 10_000, "how many tickets")
	login := flag.String("user", bench.Login, "`name:password` of a staff user of the desk")
	flag.Parse()
	bench.Main(func(ctx context.Context) error {
		if *desk != "" {
			if err := seedDesk(ctx, *desk, *login, *tickets); err != nil {
				return fmt.Errorf("seed desk: %w", err)
			}
		}
		if *floor != "" {
			if err := fill(ctx, *floor, *tickets, floorShape, floorSchema); err != nil {
				return fmt.Errorf("seed floor: %w", err)
			}
		}
		return nil
	})
}

// seedDesk creates users, queues and custom fields through the desk, and writes tickets
// directly into its tables.
func seedDesk(ctx context.Context, db, login string, tickets int) error {
	if err := settle(ctx, db, login); err != nil {
		return err
	}
	return fill(ctx, db, tickets, deskShape, nil)
}

// settle creates the schema, users, queues, custom fields and a webhook, which nobody
// delivers.
func settle(ctx context.Context, db, login string) (err error) {
	store, err := bench.OpenStore(ctx, db)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if err := store.Migrate(ctx); err != nil {
		return err
	}
	desk, err := helpdesk.New(store, helpdesk.Config{})
	if err != nil {
		return err
	}
	system := helpdesk.System()
	name, password, _ := strings.Cut(login, ":")
	root, err := desk.CreateUser(ctx, system, &user.User{Username: "root", Active: true, Superuser: true}, password)
	if err != nil {
		return err
	}
	u, err := desk.CreateUser(ctx, system, &user.User{Username: name, Active: true, Staff: true}, password)
	if err != nil {
		return err
	}
	if u.ID != staffID {
		return errors.New("ids are not 1, 2, 3: want a new database on a single server")
	}
	for _, q := range []*ticket.Queue{{Title: "Support", Slug: "support"}, {Title: "Billing", Slug: "billing"}} {
		if _, err := desk.CreateQueue(ctx, system, q); err != nil {
			return err
		}
	}
	for i, f := range []*ticket.CustomField{
		{Name: "company", Label: "Company", Type: ticket.Varchar, MaxLength: new(int64(100))},
		{Name: "seats", Label: "Seats", Type: ticket.Integer},
		{Name: "tier", Label: "Tier", Type: ticket.List, ListValues: new(strings.Join(tiers, "\n"))},
	} {
		f.Ordering = new(int64(i + 1))
		if _, err := desk.CreateCustomField(ctx, system, f); err != nil {
			return err
		}
	}
	_, err = desk.CreateWebhook(ctx, system, &webhook.Webhook{URL: "https://receiver.invalid/", Active: true, OwnerID: root.ID})
	return err
}
