package sqlstore

import (
	"context"
	"slices"
)

// links is a table of pairs: which members an owner has.
type links struct {
	name          string
	owner, member string // columns
}

var (
	userQueues  = links{"helpdesk_user_queue", "user_id", "queue_id"}
	groupUsers  = links{"helpdesk_group_user", "group_id", "user_id"}
	groupQueues = links{"helpdesk_group_queue", "group_id", "queue_id"}
)

// read returns the members of each of the owners, ascending.
func (l links) read(ctx context.Context, x *session, owners []int64) (map[int64][]int64, error) {
	members := map[int64][]int64{}
	if len(owners) == 0 {
		return members, nil
	}
	q := selecting(l.owner+", "+l.member, l.name, in(l.owner, owners), order{by: l.owner + ", " + l.member})
	err := x.each(ctx, "read "+l.name, q, func(r *row) error {
		owner, member := r.Int(), r.Int()
		members[owner] = append(members[owner], member)
		return nil
	})
	return members, err
}

// replace gives the owner these members and no others.
func (l links) replace(ctx context.Context, x *session, owner int64, members []int64) error {
	if _, err := x.exec(ctx, "clear "+l.name, deleting(l.name, is(l.owner+" = ?", owner))); err != nil {
		return err
	}
	seen := map[int64]bool{}
	for some := range slices.Chunk(members, maxPlaceholders/2) {
		var args []any
		for _, m := range some {
			if !seen[m] {
				args = append(args, owner, m)
			}
			seen[m] = true
		}
		if len(args) == 0 {
			continue
		}
		q := inserting(l.name, []string{l.owner, l.member}, len(args)/2, args)
		if _, err := x.exec(ctx, "write "+l.name, q); err != nil {
			return err
		}
	}
	return nil
}

// idsOf are the ids of records.
func idsOf[T any](records []*T, id func(*T) int64) []int64 {
	ids := make([]int64, len(records))
	for i, r := range records {
		ids[i] = id(r)
	}
	return ids
}
