// Package helpdesk is a help desk for Go programs: tickets, follow-ups, attachments and
// users, with the rules and permissions that go with them.
//
// A [Desk] is the whole product without HTTP or SQL. It needs a store, and has a method
// for each use case:
//
//	store, err := sqlite.Open(ctx, "helpdesk.db")
//	// store.Migrate(ctx) once, or the migrations by the host's own tool
//	desk, err := helpdesk.New(store, helpdesk.Config{})
//	thread, err := desk.CreateTicket(ctx, actor, &ticket.Ticket{QueueID: 1, Title: "It is broken"})
//
// Package httpapi serves a Desk to clients of django-helpdesk's REST API.
//
// # How every use case works
//
// A method takes the actor, the user on whose behalf it acts, and returns [ErrForbidden]
// for what the actor may not do. Who may do what is decided by a [Policy]; [System] is
// an actor for what the program does by itself. [Desk.Allow] asks the policy.
//
// What is wrong with given values is a problem.Error, which lists the problems of all
// fields. [WithProblems] adds problems that the caller has found before. The use case
// then refuses in any case, and writes nothing.
//
// An update takes a function, which gets the present value while every other writer is
// kept out, and changes it. A method that reads many things returns a [List], which
// reads nothing by itself: [List.Page] and [List.All] read it in parts.
//
// Each use case is one transaction. [Desk.Atomically] runs several in one. [Desk.With]
// runs them in a transaction of the host's, which keeps its own rows in the same
// database. [Desk.Once] runs them once for each idempotency key, however often a caller
// tries, and [Desk.Progress] tells how far that is. No method starts anything in the
// background.
//
// # Tickets
//
// [Desk.CreateTicket], [Desk.UpdateTicket] and [Desk.DeleteTicket] write tickets.
// [Desk.Tickets] lists those that a [TicketQuery] selects, each as a [Thread], a ticket
// with its conversation. [Desk.FindTickets] reads a page of them, and [Desk.CountTickets]
// counts them, by status for instance. [Desk.Ticket] reads one, and [Desk.TicketExists]
// tells whether there is one. [Desk.History] lists what was changed, when and by whom.
//
// # Follow-ups
//
// [Desk.Reply] adds a follow-up, which may move its ticket to another status.
// [Desk.UpdateFollowUp] and [Desk.DeleteFollowUp] edit and remove one. [Desk.FollowUp],
// [Desk.FollowUpExists] and [Desk.FollowUps] read them.
//
// # Attachments
//
// CreateTicket and Reply take files. [Desk.CreateAttachment], [Desk.UpdateAttachment] and
// [Desk.DeleteAttachment] change those of a follow-up, [Desk.Attachment] and
// [Desk.Attachments] read what there is, and [Desk.OpenAttachment] reads the content.
// [Desk.CheckUpload] returns what is wrong with a file by itself. A host calls
// [Desk.Sweep] now and then to remove content that nothing refers to, idempotency keys that
// have expired and old events.
//
// # Events
//
// Each change is written down as an event in the same transaction. [Desk.Events] lists them
// from a position on, and [Desk.RequesterEvents] those that a requester sees.
// [Desk.EndOfEvents] is where new ones will be, and [Desk.EventSignal] waits for them.
// [Desk.Subscribe] tells the host what this process commits, and [Desk.Notify] what the host
// has committed itself. Config.BeforeCommit takes part in each write.
//
// # Webhooks
//
// [Desk.Run] sends events to webhooks, and sweeps. [Desk.CreateWebhook],
// [Desk.UpdateWebhook], [Desk.RotateWebhook] and [Desk.DeleteWebhook] write webhooks,
// [Desk.Webhook] and [Desk.Webhooks] read them. [Desk.Deliveries] lists what was sent,
// [Desk.TestWebhook] sends a message to try one, [Desk.RetryDelivery] sends one message again
// and [Desk.ReplayWebhook] a range of events.
//
// # The requester's side
//
// Whoever submitted a ticket sees it without what is for staff only:
// [Desk.RequesterTicket], [Desk.RequesterTickets], [Desk.RequesterTicketExists],
// [Desk.RequesterFollowUps] and [Desk.OpenRequesterAttachment].
// [Desk.CreateRequesterTicket] opens a ticket and [Desk.CreateRequesterReply] replies to
// one. [Desk.OpenToRequesters] tells whether a queue takes their tickets, and
// [Desk.RequesterFields] which custom fields they see and fill in. [Desk.RequesterQueues]
// lists these queues and [Desk.RequesterFieldList] these fields. [Desk.QueueID] finds a
// queue by its slug.
//
// # Queues and custom fields
//
// Queues: [Desk.CreateQueue], [Desk.UpdateQueue], [Desk.DeleteQueue], [Desk.Queue],
// [Desk.Queues]. Custom fields: [Desk.CreateCustomField], [Desk.UpdateCustomField],
// [Desk.DeleteCustomField], [Desk.CustomField] and [Desk.CustomFields]. [Desk.Fields]
// returns all definitions in their order, from the cache, which [Desk.RefreshFields]
// renews.
//
// # Users
//
// [Desk.CreateUser], [Desk.UpdateUser] and [Desk.DeleteUser] write users, and
// [Desk.User] and [Desk.Users] read them. [Desk.CreateGroup], [Desk.UpdateGroup],
// [Desk.DeleteGroup], [Desk.Group] and [Desk.Groups] do so for groups of users.
// [Desk.EnsureSuperuser] makes the first superuser. [Desk.ExternalUser] brings in
// somebody whom the host knows, and [Desk.UserByExternalID] finds them.
//
// # Passwords and tokens
//
// [Desk.SetPassword] and [Desk.UpdateUserAndPassword] set a user's password,
// [Desk.ChangePassword] the actor's own. [Desk.CreateToken] and [Desk.DeleteToken] write
// tokens, [Desk.Token] and [Desk.Tokens] read them. [Desk.Login], [Desk.FindUser] and
// [Desk.FindToken] are for authenticators; package auth has some. [Desk.Passwords] is
// what hashes passwords.
//
// # Limits and operation
//
// [Limits] bound what one account may create: [Desk.Limits] returns those of an actor,
// and [Desk.CheckLimits] tells whether they are reached. [Desk.Ready] tells whether the
// database answers, and [Desk.Logger] is where the desk logs.
package helpdesk
