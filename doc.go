// Package helpdesk is a help desk for Go programs: tickets, follow-ups,
// attachments and users, with the rules and permissions that go with them.
//
// A Desk is the whole product without HTTP or SQL. It needs a store, and what
// it does is said in methods:
//
//	store, err := sqlite.Open(ctx, "helpdesk.db")
//	// store.Migrate(ctx) once, or the migrations by the host's own tool
//	desk, err := helpdesk.New(store, helpdesk.Config{})
//	thread, err := desk.CreateTicket(ctx, actor, &ticket.Ticket{QueueID: 1, Title: "It is broken"})
//
// Every method takes the actor, the user on whose behalf it acts, and refuses
// with ErrForbidden what the actor may not do. Each is one transaction, but a List
// is read in several. Package httpapi serves a Desk to clients of
// django-helpdesk's REST API.
//
// A host that keeps its own rows in the same database lets both commit
// together by With, over a store joined to its open transaction.
package helpdesk
