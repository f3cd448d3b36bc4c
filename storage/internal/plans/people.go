package plans

import (
	"context"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

func users(ctx context.Context) []Read {
	list := func(name string, q user.Query) Read {
		return Read{Name: name, Do: func(tx storage.Tx) (any, error) { return tx.Users().List(ctx, q) }}
	}
	return []Read{
		{Name: "count of users", Do: func(tx storage.Tx) (any, error) { return tx.Users().Count(ctx, user.Filter{}) }},
		list("users", user.Query{Limit: page}),
		list("users, far behind", user.Query{Offset: people - page, Limit: page}),
		list("users, behind another", user.Query{After: user.Position{ID: people / 2}, Limit: chunk}),
		list("users by ids", user.Query{Filter: user.Filter{IDs: []int64{3, 30, 60}}, Limit: 3}),
		{Name: "a user", Do: func(tx storage.Tx) (any, error) { return tx.Users().Get(ctx, someStaff) }},
		{Name: "a user by name", Do: func(tx storage.Tx) (any, error) { return tx.Users().ByUsername(ctx, "user7") }},
		{Name: "a user of the host's", Do: func(tx storage.Tx) (any, error) { return tx.Users().ByExternalID(ctx, "host 7") }},
		{Name: "a user to change", Locks: true, Do: func(tx storage.Tx) (any, error) { return tx.Users().Lock(ctx, someStaff) }},
		{Name: "superusers", Locks: true, Do: func(tx storage.Tx) (any, error) { return tx.Users().Superusers(ctx) }},
	}
}

func groups(ctx context.Context) []Read {
	list := func(name string, q user.GroupQuery) Read {
		return Read{Name: name, Do: func(tx storage.Tx) (any, error) { return tx.Groups().List(ctx, q) }}
	}
	return []Read{
		{Name: "count of groups", Do: func(tx storage.Tx) (any, error) { return tx.Groups().Count(ctx, user.GroupFilter{}) }},
		list("groups", user.GroupQuery{Limit: page}),
		list("groups, far behind", user.GroupQuery{Offset: 10, Limit: page}),
		list("groups, behind another", user.GroupQuery{After: user.Position{ID: 5}, Limit: chunk}),
		{Name: "a group", Do: func(tx storage.Tx) (any, error) { return tx.Groups().Get(ctx, 5) }},
		{Name: "a group by name", Do: func(tx storage.Tx) (any, error) { return tx.Groups().ByName(ctx, "group 5") }},
		{Name: "a group to change", Locks: true, Do: func(tx storage.Tx) (any, error) { return tx.Groups().Lock(ctx, 5) }},
	}
}

func tokens(ctx context.Context) []Read {
	list := func(how string, q user.TokenQuery) Read {
		return Read{Name: "a user's tokens" + how, Do: func(tx storage.Tx) (any, error) { return tx.Tokens().List(ctx, someStaff, q) }}
	}
	return []Read{
		{Name: "count of a user's tokens", Do: func(tx storage.Tx) (any, error) { return tx.Tokens().Count(ctx, someStaff) }},
		list("", user.TokenQuery{Limit: page}),
		list(", far behind", user.TokenQuery{Offset: 1, Limit: page}),
		list(", behind another", user.TokenQuery{After: 1, Limit: chunk}),
		{Name: "a token", Do: func(tx storage.Tx) (any, error) { return tx.Tokens().Get(ctx, 7) }},
		{Name: "a token by its prefix", Do: func(tx storage.Tx) (any, error) { return tx.Tokens().ByPrefix(ctx, "prefix 7") }},
	}
}

func queues(ctx context.Context) []Read {
	list := func(name string, q ticket.QueueQuery) Read {
		return Read{Name: name, Do: func(tx storage.Tx) (any, error) { return tx.Queues().List(ctx, q) }}
	}
	admits := func(name string, s ticket.QueueScope) Read {
		return Read{Name: name, Do: func(tx storage.Tx) (any, error) { return tx.Queues().Admits(ctx, 2, s) }}
	}
	return []Read{
		{Name: "count of queues", Do: func(tx storage.Tx) (any, error) { return tx.Queues().Count(ctx, ticket.QueueFilter{}) }},
		list("queues", ticket.QueueQuery{Limit: page}),
		list("queues, far behind", ticket.QueueQuery{Offset: 5, Limit: page}),
		list("queues, behind another", ticket.QueueQuery{After: 3, Limit: chunk}),
		list("queues by ids", ticket.QueueQuery{QueueFilter: ticket.QueueFilter{IDs: []int64{2, 5, 7}}, Limit: 3}),
		list("a public queue", ticket.QueueQuery{QueueFilter: ticket.QueueFilter{Public: true}, Limit: 1}),
		{Name: "a queue", Do: func(tx storage.Tx) (any, error) { return tx.Queues().Get(ctx, 2) }},
		{Name: "a queue by its slug", Do: func(tx storage.Tx) (any, error) { return tx.Queues().BySlug(ctx, "queue2") }},
		admits("whether staff may use a queue", ticket.QueueScope{GrantedTo: someStaff, Public: true}),
		admits("whether a requester may use a queue", ticket.QueueScope{Public: true}),
	}
}

func customFields(ctx context.Context) []Read {
	return []Read{
		{Name: "custom fields", Do: func(tx storage.Tx) (any, error) { return tx.CustomFields().All(ctx) }},
		{Name: "a custom field", Do: func(tx storage.Tx) (any, error) { return tx.CustomFields().Get(ctx, 1) }},
	}
}
