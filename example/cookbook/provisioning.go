package cookbook

import (
	"context"
	"errors"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/user"
)

// Hire makes an employee a member of staff before the first login, so that tickets can be
// assigned. It can be called again, for example when the name or the address changes.
func Hire(ctx context.Context, desk *helpdesk.Desk, number, login, email string) (*user.User, error) {
	return desk.ExternalUser(ctx, &user.External{
		ID: "employee/" + number, Username: login, Email: email, EmailVerified: true, Staff: true,
	})
}

// Dismiss deactivates an employee. It keeps what they wrote, and their tokens stop working.
func Dismiss(ctx context.Context, desk *helpdesk.Desk, number string) error {
	u, err := desk.UserByExternalID(ctx, helpdesk.System(), "employee/"+number)
	if errors.Is(err, helpdesk.ErrNotFound) {
		return nil // the desk has never seen this employee
	}
	if err != nil {
		return err
	}
	_, err = desk.UpdateUser(ctx, helpdesk.System(), u.ID, func(u *user.User) error {
		u.Active = false
		return nil
	})
	return err
}
