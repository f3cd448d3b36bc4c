package helpdesk_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
	"github.com/go-helpdesk/helpdesk/webhook"
)

// reported is what each use case that writes reports, in order.
var reported = map[string]string{
	"CreateTicket": "created ticket, created attachment, created attachment, created followup, created followup",
	"UpdateTicket": "updated ticket",
	"DeleteTicket": "updated ticket, updated ticket, deleted ticket",
	"Reply": "created followup, updated ticket, created attachment, created attachment, " +
		"created followup, created followup",
	"UpdateFollowUp":                    "updated followup",
	"DeleteFollowUp":                    "deleted followup",
	"CreateAttachment":                  "created attachment",
	"UpdateAttachment":                  "updated attachment",
	"DeleteAttachment":                  "deleted attachment",
	"CreateUser":                        "created user",
	"CreateUser with rights":            "created user",
	"UpdateUser of rights":              "updated user",
	"DeleteUser with tokens and grants": "deleted user",
	"ChangePassword":                    "updated user",
	"ExternalUser at first sight":       "created user",
	"ExternalUser, with something new":  "updated user",
	"CreateGroup":                       "created group",
	"UpdateGroup":                       "updated group",
	"DeleteGroup":                       "deleted group",
	"CreateToken":                       "created token",
	"DeleteToken":                       "deleted token",
	"CreateRequesterTicket":             "created ticket, created attachment, created attachment, created followup",
	"CreateRequesterReply":              "created followup, updated ticket, created attachment, created attachment",
	"UpdateUser":                        "updated user",
	"UpdateUserAndPassword":             "updated user",
	"SetPassword":                       "updated user",
	"DeleteUser":                        "deleted user",
	"CreateQueue":                       "created queue",
	"UpdateQueue":                       "updated queue",
	"DeleteQueue":                       "deleted queue",
	"CreateCustomField":                 "created customfield",
	"UpdateCustomField":                 "updated customfield",
	"DeleteCustomField":                 "deleted customfield",
	"CreateWebhook":                     "created webhook",
	"UpdateWebhook":                     "updated webhook",
	"RotateWebhook":                     "updated webhook",
	"DeleteWebhook":                     "deleted webhook",
}

// observed is a desk whose changes are collected.
func (d *desk) observed() (*desk, *[]helpdesk.Change) {
	var all []helpdesk.Change
	c := *d
	c.Desk = helpdesk.Observe(d.Desk, func(changes []helpdesk.Change) { all = append(all, changes...) })
	return &c, &all
}

func inWords(changes []helpdesk.Change) string {
	var words []string
	for _, c := range changes {
		words = append(words, c.Kind+" "+c.Object)
	}
	return strings.Join(words, ", ")
}

// TestEveryUseCaseReportsWhatItChanges: one change for each object, with its values.
func TestEveryUseCaseReportsWhatItChanges(t *testing.T) {
	t.Parallel()
	names := slices.Collect(maps.Keys(reported))
	for _, w := range writings() {
		names = slices.DeleteFunc(names, func(name string) bool { return name == w.name })
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			b := newBusy(t, testdesk.OpenStore(t))
			before := b.dump(t)
			d, changes := b.observed()
			b.desk = d
			check(t, w.do(t.Context(), b))
			equal(t, inWords(*changes), reported[w.name])
			equal(t, b.dump(t) != before, true)
			seen := map[string]bool{}
			for _, c := range *changes {
				checkChange(t, c)
				name := asJSON([]any{c.Object, c.ID})
				equal(t, seen[name], false)
				seen[name] = true
			}
		})
	}
	equal(t, strings.Join(names, ", "), "")
}

// checkChange checks a change by itself.
func checkChange(t *testing.T, c helpdesk.Change) {
	t.Helper()
	equal(t, c.ID > 0, true)
	equal(t, c.TicketID > 0, slices.Contains([]string{"ticket", "followup", "attachment"}, c.Object))
	equal(t, c.Before == nil, c.Kind == "created")
	equal(t, c.After == nil, c.Kind == "deleted")
	for _, v := range []any{c.Before, c.After} {
		switch v := v.(type) {
		case nil:
		case *ticket.Ticket:
			equal(t, v.ID, c.ID)
			equal(t, v.ID, c.TicketID)
		case *followup.FollowUp:
			equal(t, v.ID, c.ID)
		case *followup.Attachment:
			equal(t, v.ID, c.ID)
		case *user.User:
			equal(t, v.ID, c.ID)
			equal(t, v.PasswordHash, "")
		case *user.Group:
			equal(t, v.ID, c.ID)
		case *user.Token:
			equal(t, v.ID, c.ID)
			equal(t, len(v.Digest), 0)
		case *ticket.Queue:
			equal(t, v.ID, c.ID)
		case *ticket.CustomField:
			equal(t, v.ID, c.ID)
		case *webhook.Webhook:
			equal(t, v.ID, c.ID)
		default:
			t.Errorf("a change of %T", v)
		}
	}
	if c.Kind == "updated" && c.Object != "user" { // a new password is a secret
		equal(t, asJSON(c.Before) != asJSON(c.After), true)
	}
}

// TestTheTicketOfAChange is the one that its object is on.
func TestTheTicketOfAChange(t *testing.T) {
	t.Parallel()
	b := newBusy(t, testdesk.OpenStore(t))
	ctx := t.Context()
	d, changes := b.observed()
	must(d.Reply(ctx, d.staff, &followup.FollowUp{TicketID: b.full, Comment: naming(b.other)}, file("x.txt", []byte("x"))))(t)
	equal(t, inWords(*changes), "created followup, created attachment, created followup") // the ticket does not move
	equal(t, (*changes)[0].TicketID, b.full)
	equal(t, (*changes)[1].TicketID, b.full)
	equal(t, (*changes)[2].TicketID, b.other)
	*changes = nil
	must(d.UpdateFollowUp(ctx, d.staff, b.moved, func(f *followup.FollowUp) error { f.TicketID = b.other; return nil }))(t)
	equal(t, (*changes)[0].TicketID, b.other)
	equal(t, (*changes)[0].Before.(*followup.FollowUp).TicketID, b.full)
	*changes = nil
	check(t, d.DeleteAttachment(ctx, d.staff, b.attachment)) // it has moved along
	equal(t, (*changes)[0].TicketID, b.other)
}

// TestAWriteThatChangesNothingReportsNothing, and writes nothing.
func TestAWriteThatChangesNothingReportsNothing(t *testing.T) {
	t.Parallel()
	b := newBusy(t, testdesk.OpenStore(t))
	ctx := t.Context()
	d, changes := b.observed()
	for name, do := range map[string]func() error{
		"UpdateTicket": func() error {
			return failure(d.UpdateTicket(ctx, d.staff, b.full, func(n *ticket.Ticket) error {
				n.Title = " " + n.Title
				return nil
			}))
		},
		"UpdateFollowUp": func() error {
			return failure(d.UpdateFollowUp(ctx, d.staff, b.moved, func(*followup.FollowUp) error { return nil }))
		},
		"UpdateAttachment": func() error {
			return failure(d.UpdateAttachment(ctx, d.staff, b.attachment, func(*followup.Attachment) error { return nil }, nil))
		},
		"UpdateUser": func() error {
			return failure(d.UpdateUser(ctx, d.admin, b.second, func(u *user.User) error {
				slices.Reverse(u.Queues)
				return nil
			}))
		},
		"UpdateGroup": func() error {
			return failure(d.UpdateGroup(ctx, d.admin, b.group, func(g *user.Group) error {
				g.Users = append(g.Users, g.Users...)
				return nil
			}))
		},
		"UpdateQueue": func() error {
			return failure(d.UpdateQueue(ctx, d.admin, b.empty, func(q *ticket.Queue) error {
				q.DefaultOwner = new(*q.DefaultOwner)
				return nil
			}))
		},
		"UpdateCustomField": func() error {
			return failure(d.UpdateCustomField(ctx, d.admin, b.unused, func(*ticket.CustomField) error { return nil }))
		},
		"ExternalUser":    func() error { return failure(d.ExternalUser(ctx, outsider(""))) },
		"EnsureSuperuser": func() error { return failure(d.EnsureSuperuser(ctx, &user.User{Username: "root"}, "long-enough-9")) },
		"a use case that is refused": func() error {
			is(t, d.DeleteQueue(ctx, d.admin, d.support.ID), helpdesk.ErrInUse)
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			unchanged := d.unchanged(t)
			check(t, do())
			equal(t, inWords(*changes), "")
			unchanged()
		})
	}
}

// TestTheFirstSuperuserIsReported.
func TestTheFirstSuperuserIsReported(t *testing.T) {
	t.Parallel()
	d, changes := (&desk{Desk: must(helpdesk.New(testdesk.OpenStore(t), helpdesk.Config{}))(t)}).observed()
	must(d.EnsureSuperuser(t.Context(), &user.User{Username: "root"}, "long-enough-9"))(t)
	equal(t, inWords(*changes), "created user")
}

// TestClearingAnEmptyValueIsReported: it reads null from then on, although the history
// does not tell of it.
func TestClearingAnEmptyValueIsReported(t *testing.T) {
	t.Parallel()
	d, changes := newDesk(t).observed()
	id := d.ticket(t).ID
	*changes = nil
	d.edit(t, id, func(n *ticket.Ticket) { n.Values.Set(ticket.Value{Field: d.fields["notes"].ID, Null: true}) })
	equal(t, inWords(*changes), "updated ticket")
	equal(t, len(d.history(t, id)), 0)
}

// countedUpdates is a store that counts the writes that were not refused.
type countedUpdates struct {
	storage.Store
	updates int
}

func (c *countedUpdates) Update(ctx context.Context, fn func(storage.Tx) error) error {
	return c.Store.Update(ctx, func(tx storage.Tx) error {
		err := fn(tx)
		if err == nil {
			c.updates++
		}
		return err
	})
}

// TestNothingIsWrittenPastTheWritePath: it is told of every transaction that writes.
func TestNothingIsWrittenPastTheWritePath(t *testing.T) {
	t.Parallel()
	for _, w := range writings() {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			store := &countedUpdates{Store: testdesk.OpenStore(t)}
			b := newBusy(t, store)
			store.updates = 0
			told := 0
			b.Desk = helpdesk.Observe(b.Desk, func([]helpdesk.Change) { told++ })
			check(t, w.do(t.Context(), b))
			equal(t, told, store.updates)
			equal(t, told > 0, true)
		})
	}
}

// TestEveryUseCaseThatWritesIsListed compares the two lists of use cases, one of which
// has every method of a desk.
func TestEveryUseCaseThatWritesIsListed(t *testing.T) {
	t.Parallel()
	for _, m := range measuredWrites() {
		methods, _, _ := strings.Cut(m.name, "/")
		for method := range strings.SplitSeq(methods, "+") {
			listed := func(w writing) bool {
				switch method {
				case "Atomically", "Once": // they run the others
					return true
				case "TestWebhook", "RetryDelivery", "ReplayWebhook": // deliveries have no events
					return true
				}
				name, _, _ := strings.Cut(w.name, " ")
				return strings.TrimSuffix(name, ",") == method
			}
			if !slices.ContainsFunc(writings(), listed) {
				t.Errorf("%s is not in writings", method)
			}
		}
	}
}
