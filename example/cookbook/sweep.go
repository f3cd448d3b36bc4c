package cookbook

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage"
)

// Bucket is the client of an object store. Keys yields a page of at most 1,000 keys at a
// time, of the objects that were stored before a time.
type Bucket interface {
	followup.Files
	Keys(ctx context.Context, before time.Time) iter.Seq2[[]string, error]
}

// Sweep deletes the files that no attachment names and that are older than grace.
func (s ObjectStore) Sweep(ctx context.Context, grace time.Duration) (removed int, err error) {
	for keys, err := range s.Bucket.Keys(ctx, time.Now().Add(-grace)) {
		if err != nil {
			return removed, err
		}
		err = s.View(ctx, func(tx storage.Tx) error {
			used, err := tx.Attachments().ContentKeys(ctx, keys)
			keys = slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return slices.Contains(used, key) })
			return err
		})
		if err != nil {
			return removed, err
		}
		if err := s.Bucket.Delete(ctx, keys...); err != nil {
			return removed, err
		}
		removed += len(keys)
	}
	return removed, nil
}
