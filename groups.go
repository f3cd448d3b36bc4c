package helpdesk

import (
	"cmp"
	"context"
	"slices"

	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/user"
)

// Group returns a group of users.
func (d *Desk) Group(ctx context.Context, actor *user.User, id int64) (*user.Group, error) {
	return view(ctx, d, actor, ReadTickets, func(tx *transaction) (*user.Group, error) {
		return tx.Groups().Get(ctx, id)
	})
}

// GroupQuery selects groups of users and sorts them. The zero GroupQuery selects all, by
// ascending id.
type GroupQuery struct {
	user.GroupFilter
	Order user.Order
}

// Groups returns the groups that the query selects.
func (d *Desk) Groups(actor *user.User, q GroupQuery) *List[*user.Group] {
	l := listing[*user.Group]{
		count: func(ctx context.Context, tx *transaction) (int, error) { return tx.Groups().Count(ctx, q.GroupFilter) },
		read: func(ctx context.Context, tx *transaction, p span) ([]*user.Group, error) {
			return tx.Groups().List(ctx, user.GroupQuery{GroupFilter: q.GroupFilter, Order: towards(p, q.Order), After: atName(p.after),
				Offset: p.offset, Limit: min(p.limit, maxGroups)})
		},
		chunk: maxGroups,
		key:   func(g *user.Group) position { return position{id: g.ID} },
		less:  inOrder(q.Order.Descending),
		order: orderName(cmp.Or(string(q.Order.By), string(user.ByID)), q.Order.Descending),
	}
	if q.Order.By == user.ByName {
		l.key = func(g *user.Group) position { return position{text: g.Name, id: g.ID} }
	}
	return newList(d, actor, ReadTickets, l)
}

// maxGroups is how many groups are read at once: each may have all users as members.
const maxGroups = 8

// CreateGroup adds a group of users.
func (d *Desk) CreateGroup(ctx context.Context, actor *user.User, g *user.Group) (*user.Group, error) {
	if err := required("a group", g); err != nil {
		return nil, err
	}
	return write(ctx, d, by(actor, ManageRights), func(tx *transaction) (*user.Group, error) {
		n := *g
		n.ID = 0
		if err := validateGroup(ctx, tx, &n, problem.Error{}); err != nil {
			return nil, err
		}
		if err := taken("name", tx.Groups().Insert(ctx, &n)); err != nil {
			return nil, err
		}
		tx.created(groupObject(&n), &n)
		return &n, nil
	})
}

// validateGroup trims the name and sorts members and queues. It adds what is wrong with the
// group to the problems, and returns them when there are any.
func validateGroup(ctx context.Context, tx *transaction, g *user.Group, problems problem.Error) error {
	g.Users, g.Queues = sortedIDs(g.Users), sortedIDs(g.Queues)
	g.Trim()
	problems.Merge(g.Check())
	if len(problems["name"]) == 0 {
		other, err := tx.Groups().ByName(ctx, g.Name)
		none, err := missing(err)
		if err != nil {
			return err
		}
		if !none && other.ID != g.ID {
			problems.Add("name", problem.Problem{Reason: problem.Taken})
		}
	}
	if err := findQueues(ctx, tx, g.Queues, problems); err != nil {
		return err
	}
	if len(g.Users) > 0 {
		found, err := tx.Users().List(ctx, user.Query{Filter: user.Filter{IDs: g.Users}, Limit: len(g.Users)})
		if err != nil {
			return err
		}
		for _, id := range g.Users {
			if !slices.ContainsFunc(found, func(u *user.User) bool { return u.ID == id }) {
				problems.AddNew("users", noObject(id))
			}
		}
	}
	return tx.invalid(problems)
}

// UpdateGroup changes a group. Change is as for UpdateTicket.
func (d *Desk) UpdateGroup(ctx context.Context, actor *user.User, id int64, change func(*user.Group) error) (*user.Group, error) {
	return write(ctx, d, by(actor, ManageRights), func(tx *transaction) (*user.Group, error) {
		before, err := tx.Groups().Lock(ctx, id)
		if err != nil {
			return nil, err
		}
		if err := checkCurrent(ctx, before); err != nil {
			return nil, err
		}
		g := before.Clone()
		problems, err := problemsOfChange(change(g))
		if err != nil {
			return nil, err
		}
		g.ID, g.Version = before.ID, before.Version
		if err := validateGroup(ctx, tx, g, problems); err != nil {
			return nil, err
		}
		if sameGroup(before, g) {
			return g, nil
		}
		if err := taken("name", tx.Groups().Update(ctx, before, g)); err != nil {
			return nil, err
		}
		tx.updated(groupObject(before), groupObject(g), before, g)
		return g, nil
	})
}

func sameGroup(a, b *user.Group) bool {
	return a.Name == b.Name && slices.Equal(a.Users, b.Users) && slices.Equal(a.Queues, b.Queues)
}

// DeleteGroup removes a group; its members stay.
func (d *Desk) DeleteGroup(ctx context.Context, actor *user.User, id int64) error {
	return d.write(ctx, by(actor, ManageRights), func(tx *transaction) error {
		g, err := tx.Groups().Lock(ctx, id)
		if err != nil {
			return err
		}
		if err := checkCurrent(ctx, g); err != nil {
			return err
		}
		if err := tx.Groups().Delete(ctx, id); err != nil {
			return err
		}
		tx.deleted(groupObject(g), g)
		return nil
	})
}
