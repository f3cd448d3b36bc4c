package cookbook

import (
	"context"
	"log/slog"
	"os"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/user"
)

// FirstUser makes the first superuser. Call it at every start: it does nothing when the
// desk has an active superuser, even when the password is not set any more.
func FirstUser(ctx context.Context, desk *helpdesk.Desk) error {
	root := &user.User{Username: "root", Email: "root@example.com"}
	made, err := desk.EnsureSuperuser(ctx, root, os.Getenv("DESK_ROOT_PASSWORD"))
	if made {
		slog.Info("made the first superuser; log in and change the password", "username", root.Username)
	}
	return err
}
