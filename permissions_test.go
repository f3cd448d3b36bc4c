package helpdesk_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
	"github.com/go-helpdesk/helpdesk/webhook"
)

// nobody is an id that no row has.
const nobody = 987654321

// useCase is something an actor may or may not do, on rows that do not exist
// where it can.
type useCase struct {
	name  string
	needs helpdesk.Permission
	do    func(ctx context.Context, d *desk, actor *user.User) error
}

func counted[T any](c context.Context, l *helpdesk.List[T]) error {
	_, err := l.Count(c)
	return err
}

func unedited[T any](*T) error { return nil }

func useCases() []useCase {
	type ctxt = context.Context
	fails := func(_ any, err error) error { return err }
	all := []useCase{
		{"requester ticket", helpdesk.ReadOwnTickets,
			func(c ctxt, d *desk, a *user.User) error { return fails(d.RequesterTicket(c, a, nobody)) }},
		{"requester ticket exists", helpdesk.ReadOwnTickets,
			func(c ctxt, d *desk, a *user.User) error { return d.RequesterTicketExists(c, a, nobody) }},
		{"requester tickets", helpdesk.ReadOwnTickets, func(c ctxt, d *desk, a *user.User) error {
			return counted(c, d.RequesterTickets(a, helpdesk.RequesterTicketFilter{}))
		}},
		{"requester follow-ups", helpdesk.ReadOwnTickets, func(c ctxt, d *desk, a *user.User) error {
			return counted(c, d.RequesterFollowUps(a, nobody))
		}},
		{"open answer's file", helpdesk.ReadOwnTickets, func(c ctxt, d *desk, a *user.User) error {
			_, _, err := d.OpenRequesterAttachment(c, a, nobody, nobody)
			return err
		}},
		{"requester fields", helpdesk.ReadOwnTickets,
			func(c ctxt, d *desk, a *user.User) error { return fails(d.RequesterFields(c, a)) }},
		{"requester field list", helpdesk.ReadOwnTickets,
			func(c ctxt, d *desk, a *user.User) error { return counted(c, d.RequesterFieldList(a)) }},
		{"requester queues", helpdesk.ReadOwnTickets, func(c ctxt, d *desk, a *user.User) error {
			return counted(c, d.RequesterQueues(a))
		}},
		{"queue id", helpdesk.ReadOwnTickets, func(c ctxt, d *desk, a *user.User) error { return fails(d.QueueID(c, a, "support")) }},
		{"token", helpdesk.ReadOwnTickets, func(c ctxt, d *desk, a *user.User) error { return fails(d.Token(c, a, nobody)) }},
		{"tokens", helpdesk.ReadOwnTickets, func(c ctxt, d *desk, a *user.User) error {
			return counted(c, d.Tokens(a, nobody))
		}},
		{"create requester ticket", helpdesk.WriteOwnTickets, func(c ctxt, d *desk, a *user.User) error {
			return fails(d.CreateRequesterTicket(c, a, &ticket.Ticket{QueueID: nobody}))
		}},
		{"create requester reply", helpdesk.WriteOwnTickets,
			func(c ctxt, d *desk, a *user.User) error { return fails(d.CreateRequesterReply(c, a, nobody, "x")) }},
		{"create token", helpdesk.ManageAccount, func(c ctxt, d *desk, a *user.User) error {
			_, _, err := d.CreateToken(c, a, &user.Token{UserID: nobody})
			return err
		}},
		{"delete token", helpdesk.ManageAccount, func(c ctxt, d *desk, a *user.User) error { return d.DeleteToken(c, a, nobody) }},
		{"change password", helpdesk.ManageAccount,
			func(c ctxt, d *desk, a *user.User) error { return d.ChangePassword(c, a, "x", "y", "") }},
		{"ticket", helpdesk.ReadTickets, func(c ctxt, d *desk, a *user.User) error { return fails(d.Ticket(c, a, nobody)) }},
		{"ticket exists", helpdesk.ReadTickets, func(c ctxt, d *desk, a *user.User) error { return d.TicketExists(c, a, nobody) }},
		{"tickets", helpdesk.ReadTickets, func(c ctxt, d *desk, a *user.User) error {
			return counted(c, d.Tickets(a, helpdesk.TicketQuery{}))
		}},
		{"history", helpdesk.ReadTickets, func(c ctxt, d *desk, a *user.User) error {
			return counted(c, d.History(a, nobody))
		}},
		{"create ticket", helpdesk.WorkOnTickets, func(c ctxt, d *desk, a *user.User) error {
			return fails(d.CreateTicket(c, a, &ticket.Ticket{QueueID: d.support.ID, Title: "x"}))
		}},
		{"update ticket", helpdesk.WorkOnTickets, func(c ctxt, d *desk, a *user.User) error {
			return fails(d.UpdateTicket(c, a, nobody, unedited))
		}},
		{"delete ticket", helpdesk.WorkOnTickets, func(c ctxt, d *desk, a *user.User) error { return d.DeleteTicket(c, a, nobody) }},
		{"follow-up", helpdesk.ReadTickets, func(c ctxt, d *desk, a *user.User) error { return fails(d.FollowUp(c, a, nobody)) }},
		{"follow-up exists", helpdesk.ReadTickets, func(c ctxt, d *desk, a *user.User) error { return d.FollowUpExists(c, a, nobody) }},
		{"follow-ups", helpdesk.ReadTickets, func(c ctxt, d *desk, a *user.User) error {
			return counted(c, d.FollowUps(a, helpdesk.FollowUpQuery{}))
		}},
		{"reply", helpdesk.WorkOnTickets, func(c ctxt, d *desk, a *user.User) error {
			return fails(d.Reply(c, a, &followup.FollowUp{TicketID: nobody}))
		}},
		{"update follow-up", helpdesk.WorkOnTickets, func(c ctxt, d *desk, a *user.User) error {
			return fails(d.UpdateFollowUp(c, a, nobody, unedited))
		}},
		{"delete follow-up", helpdesk.WorkOnTickets, func(c ctxt, d *desk, a *user.User) error { return d.DeleteFollowUp(c, a, nobody) }},
		{"attachment", helpdesk.ReadTickets, func(c ctxt, d *desk, a *user.User) error { return fails(d.Attachment(c, a, nobody)) }},
		{"attachments", helpdesk.ReadTickets, func(c ctxt, d *desk, a *user.User) error {
			return counted(c, d.Attachments(a))
		}},
		{"open attachment", helpdesk.ReadTickets, func(c ctxt, d *desk, a *user.User) error {
			_, _, err := d.OpenAttachment(c, a, nobody)
			return err
		}},
		{"create attachment", helpdesk.WorkOnTickets, func(c ctxt, d *desk, a *user.User) error {
			return fails(d.CreateAttachment(c, a, &followup.Attachment{FollowUpID: nobody}, file("a.txt", []byte("x"))))
		}},
		{"update attachment", helpdesk.WorkOnTickets, func(c ctxt, d *desk, a *user.User) error {
			return fails(d.UpdateAttachment(c, a, nobody, unedited, nil))
		}},
		{"delete attachment", helpdesk.WorkOnTickets,
			func(c ctxt, d *desk, a *user.User) error { return d.DeleteAttachment(c, a, nobody) }},
		{"user", helpdesk.ReadTickets, func(c ctxt, d *desk, a *user.User) error { return fails(d.User(c, a, nobody)) }},
		{"users", helpdesk.ReadTickets, func(c ctxt, d *desk, a *user.User) error { return counted(c, d.Users(a, helpdesk.UserQuery{})) }},
		{"queue", helpdesk.ReadTickets, func(c ctxt, d *desk, a *user.User) error { return fails(d.Queue(c, a, nobody)) }},
		{"queues", helpdesk.ReadTickets, func(c ctxt, d *desk, a *user.User) error {
			return counted(c, d.Queues(a, ticket.QueueFilter{}))
		}},
		{"fields", helpdesk.ReadTickets, func(c ctxt, d *desk, a *user.User) error { return fails(d.Fields(c, a)) }},
		{"custom fields", helpdesk.ReadTickets, func(c ctxt, d *desk, a *user.User) error {
			return counted(c, d.CustomFields(a, ticket.CustomFieldFilter{}))
		}},
		{"custom field", helpdesk.ReadTickets, func(c ctxt, d *desk, a *user.User) error { return fails(d.CustomField(c, a, nobody)) }},
		{"group", helpdesk.ReadTickets, func(c ctxt, d *desk, a *user.User) error { return fails(d.Group(c, a, nobody)) }},
		{"groups", helpdesk.ReadTickets, func(c ctxt, d *desk, a *user.User) error {
			return counted(c, d.Groups(a, helpdesk.GroupQuery{}))
		}},
		{"create user", helpdesk.ManageUsers, func(c ctxt, d *desk,
			a *user.User) error {
			return fails(d.CreateUser(c, a, &user.User{}, ""))
		}},
		{"update user", helpdesk.ManageUsers, func(c ctxt, d *desk, a *user.User) error {
			return fails(d.UpdateUser(c, a, nobody, unedited))
		}},
		{"update user and password", helpdesk.ManageUsers, func(c ctxt, d *desk, a *user.User) error {
			return fails(d.UpdateUserAndPassword(c, a, nobody, unedited, ""))
		}},
		{"user by external id", helpdesk.ReadTickets, func(c ctxt, d *desk, a *user.User) error {
			return fails(d.UserByExternalID(c, a, "nobody"))
		}},
		{"set password", helpdesk.ManageUsers, func(c ctxt, d *desk, a *user.User) error { return d.SetPassword(c, a, nobody, "") }},
		{"delete user", helpdesk.ManageUsers, func(c ctxt, d *desk, a *user.User) error { return d.DeleteUser(c, a, nobody) }},
		{"create group", helpdesk.ManageRights, func(c ctxt, d *desk,
			a *user.User) error {
			return fails(d.CreateGroup(c, a, &user.Group{}))
		}},
		{"update group", helpdesk.ManageRights, func(c ctxt, d *desk, a *user.User) error {
			return fails(d.UpdateGroup(c, a, nobody, unedited))
		}},
		{"delete group", helpdesk.ManageRights, func(c ctxt, d *desk, a *user.User) error { return d.DeleteGroup(c, a, nobody) }},
		{"create queue", helpdesk.ManageQueues, func(c ctxt, d *desk,
			a *user.User) error {
			return fails(d.CreateQueue(c, a, &ticket.Queue{}))
		}},
		{"update queue", helpdesk.ManageQueues, func(c ctxt, d *desk, a *user.User) error {
			return fails(d.UpdateQueue(c, a, nobody, unedited))
		}},
		{"delete queue", helpdesk.ManageQueues, func(c ctxt, d *desk, a *user.User) error { return d.DeleteQueue(c, a, nobody) }},
		{"create field", helpdesk.ManageFields, func(c ctxt, d *desk, a *user.User) error {
			return fails(d.CreateCustomField(c, a, &ticket.CustomField{}))
		}},
		{"update field", helpdesk.ManageFields, func(c ctxt, d *desk, a *user.User) error {
			return fails(d.UpdateCustomField(c, a, nobody, unedited))
		}},
		{"delete field", helpdesk.ManageFields, func(c ctxt, d *desk, a *user.User) error { return d.DeleteCustomField(c, a, nobody) }},
		{"webhooks", helpdesk.ManageWebhooks, func(c ctxt, d *desk, a *user.User) error { return fails(d.Webhooks(a).Count(c)) }},
		{"webhook", helpdesk.ManageWebhooks, func(c ctxt, d *desk, a *user.User) error { return fails(d.Webhook(c, a, nobody)) }},
		{"create webhook", helpdesk.ManageWebhooks, func(c ctxt, d *desk, a *user.User) error {
			return fails(d.CreateWebhook(c, a, &webhook.Webhook{}))
		}},
		{"update webhook", helpdesk.ManageWebhooks, func(c ctxt, d *desk, a *user.User) error {
			return fails(d.UpdateWebhook(c, a, nobody, unedited))
		}},
		{"rotate webhook", helpdesk.ManageWebhooks, func(c ctxt, d *desk, a *user.User) error {
			return fails(d.RotateWebhook(c, a, nobody))
		}},
		{"delete webhook", helpdesk.ManageWebhooks, func(c ctxt, d *desk, a *user.User) error { return d.DeleteWebhook(c, a, nobody) }},
		{"test webhook", helpdesk.ManageWebhooks, func(c ctxt, d *desk, a *user.User) error { return fails(d.TestWebhook(c, a, nobody)) }},
		{"deliveries", helpdesk.ManageWebhooks, func(c ctxt, d *desk, a *user.User) error {
			return fails(d.Deliveries(a, nobody).Count(c))
		}},
		{"retry delivery", helpdesk.ManageWebhooks, func(c ctxt, d *desk, a *user.User) error {
			return fails(d.RetryDelivery(c, a, nobody, nobody))
		}},
		{"replay webhook", helpdesk.ManageWebhooks, func(c ctxt, d *desk, a *user.User) error {
			_, _, err := d.ReplayWebhook(c, a, nobody, 0, 0)
			return err
		}},
	}
	for _, u := range all {
		if strings.HasPrefix(u.name, "create ") || u.name == "reply" {
			all = append(all, useCase{u.name + " with problems", u.needs,
				func(c ctxt, d *desk, a *user.User) error { return u.do(refusing(c), d, a) }})
		}
	}
	return all
}

// TestWhoMayDoWhat asks for every use case as every kind of actor.
func TestWhoMayDoWhat(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	account := []helpdesk.Permission{helpdesk.ManageAccount}
	plain := []helpdesk.Permission{helpdesk.ReadOwnTickets, helpdesk.WriteOwnTickets}
	staff := slices.Concat(plain, []helpdesk.Permission{helpdesk.ReadTickets, helpdesk.WorkOnTickets})
	super := slices.Concat(staff, []helpdesk.Permission{helpdesk.ManageUsers, helpdesk.ManageQueues, helpdesk.ManageFields,
		helpdesk.ManageRights, helpdesk.ManageWebhooks})
	reading := []helpdesk.Permission{helpdesk.ReadOwnTickets, helpdesk.ReadTickets}
	granted := func(to *user.User, p ...helpdesk.Permission) *user.User {
		u := *to
		u.Permissions = p
		return &u
	}
	type kind struct {
		name  string
		actor *user.User
		holds []helpdesk.Permission
	}
	kinds := []kind{
		{"nobody", nil, nil},
		{"inactive staff", granted(d.inactive, user.Permissions()...), nil},
		{"inactive superuser", &user.User{ID: 1, Staff: true, Superuser: true}, nil},
		{"inactive, through a token", through(d.inactive, user.Token{}), nil},
		{"plain", d.jane, append(plain, account...)},
		{"plain with what is for staff", granted(d.jane, user.Permissions()...), append(plain, account...)},
		{"staff", d.staff, append(staff, account...)},
		{"staff with what nobody grants", granted(d.staff, helpdesk.ManageRights), append(staff, account...)},
		{"superuser", d.admin, append(super, account...)},
		{"superuser without staff", &user.User{ID: d.admin.ID, Active: true, Superuser: true}, append(super, account...)},
		{"the program", helpdesk.System(), append(super, account...)},
		{"plain, through a token", through(d.jane, user.Token{}), plain},
		{"plain, through a token that reads", through(d.jane, user.Token{ReadOnly: true}), reading[:1]},
		{"staff, through a token", through(d.staff, user.Token{}), staff},
		{"staff, through a token that reads", through(d.staff, user.Token{ReadOnly: true}), reading},
		{"superuser, through a token", through(d.admin, user.Token{}), super[:len(super)-2]},
		{"superuser, through a token that reads", through(d.admin, user.Token{ReadOnly: true}), reading},
	}
	for _, p := range user.Permissions() {
		manager, throughToken := granted(d.staff, p), slices.Concat(staff, []helpdesk.Permission{p})
		if p == helpdesk.ManageWebhooks { // which would outlast the token
			throughToken = staff
		}
		kinds = append(kinds,
			kind{"staff who " + string(p), manager, append(staff[:4:4], p, helpdesk.ManageAccount)},
			kind{"staff who " + string(p) + ", through a token", through(manager, user.Token{}), throughToken},
			kind{"staff who " + string(p) + ", through a token that reads", through(manager, user.Token{ReadOnly: true}), reading})
	}
	for _, kind := range kinds {
		t.Run(kind.name, func(t *testing.T) {
			unchanged := d.unchanged(t)
			for _, allowed := range []bool{false, true} {
				for _, u := range useCases() {
					if slices.Contains(kind.holds, u.needs) != allowed {
						continue
					}
					if err := u.do(t.Context(), d, kind.actor); errors.Is(err, helpdesk.ErrForbidden) == allowed {
						t.Errorf("%s, which is allowed: %t: %v", u.name, allowed, err)
					}
				}
				if !allowed {
					unchanged()
				}
			}
		})
	}
}

func TestAUserReadsThemselves(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	equal(t, must(d.User(t.Context(), d.jane, d.jane.ID))(t).Username, "jane")
	_, err := d.User(t.Context(), d.jane, d.staff.ID)
	is(t, err, helpdesk.ErrForbidden)
	_, err = d.User(t.Context(), d.inactive, d.inactive.ID)
	is(t, err, helpdesk.ErrForbidden)
	reader := through(d.jane, user.Token{ReadOnly: true})
	equal(t, must(d.User(t.Context(), reader, d.jane.ID))(t).Username, "jane")
}

func TestAnUnknownPermissionIsHeldByNobody(t *testing.T) {
	t.Parallel()
	is(t, newDesk(t).Allow(helpdesk.System(), "fly"), helpdesk.ErrForbidden)
}

func TestWhatTheProgramWritesHasNoAuthor(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	opened := must(d.CreateTicket(t.Context(), helpdesk.System(), &ticket.Ticket{QueueID: d.support.ID, Title: "x"}))(t)
	if author := d.thread(t, opened.ID).Conversation[0].UserID; author != nil {
		t.Errorf("author %d", *author)
	}
	answer := must(d.Reply(t.Context(), helpdesk.System(), &followup.FollowUp{TicketID: opened.ID, NewStatus: new(ticket.Closed)}))(t)
	if answer.UserID != nil || answer.Changes[0].UserID != nil {
		t.Error("a reply of the program has an author")
	}
}
