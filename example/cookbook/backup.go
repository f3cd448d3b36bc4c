package cookbook

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/go-helpdesk/helpdesk/storage/sqlite"
)

// BackupDaily copies the database into dir now and once a day, until ctx ends, and keeps
// those of seven days.
func BackupDaily(ctx context.Context, store *sqlite.Store, dir string) {
	tick := time.NewTicker(24 * time.Hour)
	defer tick.Stop()
	for ctx.Err() == nil {
		now := time.Now().UTC()
		err := store.Backup(ctx, copyName(dir, now))
		if err == nil {
			_ = os.Remove(copyName(dir, now.AddDate(0, 0, -7))) // there may be none
		} else if !errors.Is(err, fs.ErrExist) { // today's is there after a restart
			slog.Error("backup failed", "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
}

func copyName(dir string, day time.Time) string {
	return filepath.Join(dir, day.Format("helpdesk-2006-01-02.db"))
}
