package plans

import (
	"context"
	"time"

	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/storage"
)

// events are what somebody follows.
func events(ctx context.Context) []Read {
	list := func(name string, after, ticketID int64, limit int) Read {
		return Read{Name: name, Do: func(tx storage.Tx) (any, error) { return tx.Events().List(ctx, after, ticketID, limit) }}
	}
	present := func(k event.Kind, id int64) Read {
		return Read{Name: "objects of events in queues granted: " + string(k), Do: func(tx storage.Tx) (any, error) {
			return tx.Events().Present(ctx, k, []int64{1, 7, 30, 45, id}, staff, true)
		}}
	}
	return []Read{
		list("events", behind, 0, page),
		list("events on a ticket", 0, granted, page),
		present(event.Ticket, granted), present(event.FollowUp, 4*granted-3), present(event.Attachment, granted),
		{Name: "deletions on some tickets", Do: func(tx storage.Tx) (any, error) {
			return tx.Events().Deletions(ctx, []int64{3, 7, 19, 23}, []int64{3, 7, 19, 23})
		}},
		{Name: "events without a position", Locks: true, Do: func(tx storage.Tx) (any, error) { return tx.Events().Waiting(ctx) }},
		{Name: "events to give a position", Locks: true, Do: func(tx storage.Tx) (any, error) { return tx.Events().Sequence(ctx, page) }},
		{Name: "old events to delete", Locks: true, Do: func(tx storage.Tx) (any, error) {
			return tx.Events().DeleteBefore(ctx, time.UnixMicro(epoch+3*minute), 0, 3)
		}},
	}
}
