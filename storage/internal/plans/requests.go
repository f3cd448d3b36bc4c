package plans

import (
	"context"
	"time"

	"github.com/go-helpdesk/helpdesk/storage"
)

// requests are those with an idempotency key.
func requests(ctx context.Context) []Read {
	return []Read{
		{Name: "a request", Do: func(tx storage.Tx) (any, error) { return tx.Requests().Get(ctx, []byte{0xab, 0x20, 0x07}) }},
		{Name: "old requests to delete", Locks: true, Do: func(tx storage.Tx) (any, error) {
			return tx.Requests().DeleteBefore(ctx, time.UnixMicro(epoch+ticketCount/2*minute), 3)
		}},
	}
}
