package helpdesk

import (
	"context"
	"errors"
	"slices"

	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/user"
)

// Group returns a group of users.
func (d *Desk) Group(ctx context.Context, actor *user.User, id int64) (*user.Group, error) {
	if err := d.Allow(actor, ReadTickets); err != nil {
		return nil, err
	}
	var g *user.Group
	err := d.view(ctx, func(tx *transaction) (err error) {
		g, err = tx.Groups().Get(ctx, id)
		return err
	})
	return g, err
}

// Groups returns all groups, by ascending id.
func (d *Desk) Groups(actor *user.User) *List[*user.Group] {
	return newList(d, actor, ReadTickets, listing[*user.Group]{
		count: func(ctx context.Context, tx *transaction) (int, error) { return tx.Groups().Count(ctx) },
		read: func(ctx context.Context, tx *transaction, p span) ([]*user.Group, error) {
			return tx.Groups().List(ctx, user.Query{After: p.after.id, Offset: p.offset, Limit: min(p.limit, maxGroups)})
		},
		key: func(g *user.Group) position { return position{id: g.ID} },
	})
}

// maxGroups is how many groups are read at once: each may have all users as members.
const maxGroups = 8

// CreateGroup adds a group of users.
func (d *Desk) CreateGroup(ctx context.Context, actor *user.User, g *user.Group) (*user.Group, error) {
	if err := required("a group", g); err != nil {
		return nil, err
	}
	var created *user.Group
	err := d.write(ctx, actor, ManageRights, func(tx *transaction) error {
		n := *g
		n.ID = 0
		if err := checkGroup(ctx, tx, &n, problem.Error{}); err != nil {
			return err
		}
		created = &n
		return groupTaken(tx.Groups().Insert(ctx, &n))
	})
	if err != nil {
		return nil, err
	}
	return created, nil
}

// CheckGroup returns what CreateGroup would find wrong, as a problem.Error,
// and writes nothing.
func (d *Desk) CheckGroup(ctx context.Context, actor *user.User, g *user.Group) error {
	if err := d.Allow(actor, ManageRights); err != nil {
		return err
	}
	if err := required("a group", g); err != nil {
		return err
	}
	return d.view(ctx, func(tx *transaction) error {
		n := *g
		n.ID = 0
		return checkGroup(ctx, tx, &n, problem.Error{})
	})
}

// checkGroup trims the name, brings members and queues in order, and returns what is wrong with
// the group beside the problems there are.
func checkGroup(ctx context.Context, tx *transaction, g *user.Group, problems problem.Error) error {
	g.Users, g.Queues = ordered(g.Users), ordered(g.Queues)
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
	if err := checkQueues(ctx, tx, g.Queues, problems); err != nil {
		return err
	}
	if len(g.Users) > 0 {
		found, err := tx.Users().List(ctx, user.Query{IDs: g.Users, Limit: len(g.Users)})
		if err != nil {
			return err
		}
		for _, id := range g.Users {
			if !slices.ContainsFunc(found, func(u *user.User) bool { return u.ID == id }) {
				problems.AddNew("users", noObject(id))
			}
		}
	}
	return problems.Err()
}

// ordered is a set of ids, ascending.
func ordered(ids []int64) []int64 {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return slices.Compact(ids)
}

func groupTaken(err error) error {
	if errors.Is(err, storage.ErrDuplicate) {
		return problem.Error{"name": {{Reason: problem.Taken}}}
	}
	return err
}

// UpdateGroup changes a group. Change is as for UpdateTicket.
func (d *Desk) UpdateGroup(ctx context.Context, actor *user.User, id int64, change func(*user.Group) error) (*user.Group, error) {
	var updated *user.Group
	err := d.write(ctx, actor, ManageRights, func(tx *transaction) error {
		before, err := tx.Groups().Lock(ctx, id)
		if err != nil {
			return err
		}
		g := before.Clone()
		problems, err := findings(change(g))
		if err != nil {
			return err
		}
		g.ID = id
		if err := checkGroup(ctx, tx, g, problems); err != nil {
			return err
		}
		updated = g
		return groupTaken(tx.Groups().Update(ctx, before, g))
	})
	if err != nil {
		return nil, err
	}
	return updated, nil
}

// DeleteGroup removes a group; its members stay.
func (d *Desk) DeleteGroup(ctx context.Context, actor *user.User, id int64) error {
	return d.write(ctx, actor, ManageRights, func(tx *transaction) error {
		return tx.Groups().Delete(ctx, id)
	})
}
