package helpdesk_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/storage"
)

// A database that was not migrated, or not to the end, is told by every use case,
// whatever of the schema it needs, together with what to do.
func TestEveryUseCaseTellsThatTheSchemaIsMissing(t *testing.T) {
	t.Parallel()
	d := newFilled(t, 8)
	_, newest := testdesk.OpenOld(t, 0)
	for _, version := range []int{0, 1, newest - 1} {
		store, _ := testdesk.OpenOld(t, version)
		desk := must(helpdesk.New(store, helpdesk.Config{Hasher: d.Passwords()}))(t)
		old := d.over(desk)
		told := func(name string, err error) {
			if !errors.Is(err, storage.ErrSchema) || !strings.Contains(err.Error(), fmt.Sprintf("has version %d,", version)) ||
				!strings.Contains(err.Error(), "call Migrate") {
				t.Errorf("%s on version %d: %v", name, version, err)
			}
		}
		for _, m := range append(measuredReads(), measuredWrites()...) {
			told(m.name, m.do(t.Context(), old, 0))
			if strings.HasPrefix(m.name, "Create") || strings.HasPrefix(m.name, "Reply") {
				told(m.name+" with problems", m.do(refusing(t.Context()), old, 0))
			}
		}
		for name, err := range d.unmeasured(t.Context(), desk) {
			told(name, err)
		}
	}
}

// unmeasured calls the methods that are measured behind another one, or not at all.
// TestEveryUseCaseIsMeasured knows of all others.
func (d *filled) unmeasured(ctx context.Context, desk *helpdesk.Desk) map[string]error {
	return map[string]error{
		"Ready":             desk.Ready(ctx),
		"DeleteTicket":      desk.DeleteTicket(ctx, d.staff, d.one(0)),
		"DeleteFollowUp":    desk.DeleteFollowUp(ctx, d.staff, d.opening(0)),
		"DeleteAttachment":  desk.DeleteAttachment(ctx, d.staff, d.attachment(0)),
		"DeleteUser":        desk.DeleteUser(ctx, d.admin, d.idle.ID),
		"DeleteGroup":       desk.DeleteGroup(ctx, d.admin, d.group),
		"DeleteToken":       desk.DeleteToken(ctx, d.jane, d.token),
		"DeleteQueue":       desk.DeleteQueue(ctx, d.admin, d.billing.ID),
		"DeleteCustomField": desk.DeleteCustomField(ctx, d.admin, d.field),
		"DeleteWebhook":     desk.DeleteWebhook(ctx, d.admin, d.hook),
	}
}

// over is the same desk, with the methods of another one.
func (d *filled) over(other *helpdesk.Desk) *filled {
	f, handled := *d, *d.desk
	handled.Desk = other
	f.desk = &handled
	return &f
}
