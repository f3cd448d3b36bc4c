package helpdesk_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/storage/sqlite"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// The desk without HTTP: a ticket is opened, answered and resolved.
func Example() {
	withDesk(work)
	// Output:
	// Ticket Opened
	// Have you tried turning it on? and Resolved
	// Status: Open -> Resolved
	// title is blank: true
}

// Several use cases in one transaction: a customer is added with a first ticket, both or
// neither.
func ExampleDesk_Atomically() {
	withDesk(welcome)
	// Output:
	// title is blank: true
	// customers: 0
	// Welcome, Ann
	// customers: 1
}

// A message that is delivered twice opens one ticket.
func ExampleDesk_Once() {
	withDesk(receive)
	// Output:
	// ticket 1, replayed: false
	// ticket 1, replayed: true
	// another message with the same key: true
}

// withDesk runs fn with a desk on a new database.
func withDesk(fn func(context.Context, *helpdesk.Desk) error) {
	dir, err := os.MkdirTemp("", "helpdesk")
	if err != nil {
		log.Fatal(err)
	}
	if err := run(context.Background(), filepath.Join(dir, "helpdesk.db"), fn); err != nil {
		log.Print(err)
	}
	_ = os.RemoveAll(dir)
}

func run(ctx context.Context, path string, fn func(context.Context, *helpdesk.Desk) error) error {
	store, err := sqlite.Open(ctx, path)
	if err != nil {
		return err
	}
	defer store.Close()
	if err := store.Migrate(ctx); err != nil {
		return err
	}
	desk, err := helpdesk.New(store, helpdesk.Config{})
	if err != nil {
		return err
	}
	return fn(ctx, desk)
}

func welcome(ctx context.Context, desk *helpdesk.Desk) error {
	system := helpdesk.System()
	queue, err := desk.CreateQueue(ctx, system, &ticket.Queue{Title: "Support", Slug: "support"})
	if err != nil {
		return err
	}
	add := func(title string) (thread *helpdesk.Thread, err error) {
		err = desk.Atomically(ctx, func(desk *helpdesk.Desk) error {
			ann := &user.User{Username: "ann", Email: "ann@example.com", Active: true}
			if _, err := desk.CreateUser(ctx, system, ann, "a long pass phrase"); err != nil {
				return err
			}
			thread, err = desk.CreateTicket(ctx, system, &ticket.Ticket{QueueID: queue.ID, Title: title, SubmitterEmail: &ann.Email})
			return err
		})
		return thread, err
	}
	for _, title := range []string{"", "Welcome, Ann"} {
		thread, err := add(title)
		if invalid, ok := errors.AsType[problem.Error](err); ok {
			fmt.Println("title is blank:", len(invalid["title"]) == 1)
		} else if err != nil {
			return err
		} else {
			fmt.Println(thread.Title)
		}
		n, err := desk.Users(system, helpdesk.UserQuery{}).Count(ctx)
		if err != nil {
			return err
		}
		fmt.Println("customers:", n)
	}
	return nil
}

func receive(ctx context.Context, desk *helpdesk.Desk) error {
	system := helpdesk.System()
	queue, err := desk.CreateQueue(ctx, system, &ticket.Queue{Title: "Support", Slug: "support"})
	if err != nil {
		return err
	}
	handle := func(messageID, text string) error {
		r := helpdesk.Request{Key: messageID, Scope: "mail", Content: []byte(text)}
		id, replayed, err := desk.Once(ctx, system, r, func(desk *helpdesk.Desk) ([]byte, error) {
			opened, err := desk.CreateTicket(ctx, system, &ticket.Ticket{QueueID: queue.ID, Title: text})
			if err != nil {
				return nil, err
			}
			return strconv.AppendInt(nil, opened.ID, 10), nil
		})
		if err == nil {
			fmt.Printf("ticket %s, replayed: %v\n", id, replayed)
		}
		return err
	}
	for range 2 {
		if err := handle("<1@example.com>", "It does nothing"); err != nil {
			return err
		}
	}
	err = handle("<1@example.com>", "It does too much")
	fmt.Println("another message with the same key:", errors.Is(err, helpdesk.ErrKeyReused))
	return nil
}

func work(ctx context.Context, desk *helpdesk.Desk) error {
	system := helpdesk.System()
	queue, err := desk.CreateQueue(ctx, system, &ticket.Queue{Title: "Support", Slug: "support"})
	if err != nil {
		return err
	}
	ann, err := desk.CreateUser(ctx, system, &user.User{Username: "ann", Active: true, Staff: true}, "a long pass phrase")
	if err != nil {
		return err
	}
	thread, err := desk.CreateTicket(ctx, ann, &ticket.Ticket{QueueID: queue.ID, Title: "It does nothing"})
	if err != nil {
		return err
	}
	for f, err := range thread.FollowUps(ctx) {
		if err != nil {
			return err
		}
		fmt.Println(*f.Title)
	}

	answer, err := desk.Reply(ctx, ann, &followup.FollowUp{
		TicketID: thread.ID, Title: new("Have you tried turning it on?"), NewStatus: new(ticket.Resolved), Public: true,
	})
	if err != nil {
		return err
	}
	fmt.Println(*answer.Title)
	change := answer.Changes[0]
	fmt.Printf("%s: %s -> %s\n", change.Field, *change.OldValue, *change.NewValue)

	_, err = desk.UpdateTicket(ctx, ann, thread.ID, func(t *ticket.Ticket) error {
		t.Title = ""
		return nil
	})
	invalid, _ := errors.AsType[problem.Error](err)
	fmt.Println("title is blank:", len(invalid["title"]) == 1)
	return nil
}
