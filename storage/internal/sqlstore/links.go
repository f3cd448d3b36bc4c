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
func (l links) read(ctx context.Context, x *transaction, owners []int64) (map[int64][]int64, error) {
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

// change turns the members that a locked owner has from before into after.
func (l links) change(ctx context.Context, x *transaction, owner int64, before, after []int64) error {
	for some := range slices.Chunk(without(before, after), maxPlaceholders) {
		if err := x.exec(ctx, "clear "+l.name, deleting(l.name, is(l.owner+" = ?", owner).and(in(l.member, some)))); err != nil {
			return err
		}
	}
	for some := range slices.Chunk(without(after, before), maxPlaceholders/2) {
		var args []any
		for _, m := range some {
			args = append(args, owner, m)
		}
		if err := x.exec(ctx, "write "+l.name, inserting(l.name, []string{l.owner, l.member}, len(some), args)); err != nil {
			return err
		}
	}
	return nil
}

// without returns the ids that others does not have, ascending and each once.
func without(ids, others []int64) []int64 {
	has := map[int64]bool{}
	for _, id := range others {
		has[id] = true
	}
	var left []int64
	for _, id := range ids {
		if !has[id] {
			left = append(left, id)
		}
	}
	slices.Sort(left)
	return slices.Compact(left)
}

// idsOf are the ids of records.
func idsOf[T any](records []*T, id func(*T) int64) []int64 {
	ids := make([]int64, len(records))
	for i, r := range records {
		ids[i] = id(r)
	}
	return ids
}
