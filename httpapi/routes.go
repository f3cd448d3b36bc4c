package httpapi

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/user"
)

// route is a path with its methods. Registration, permissions, Allow and OPTIONS follow
// from it.
type route struct {
	path  string
	name  string // in the list of collections at the root; "" is not listed
	title string // for OPTIONS
	model string // what is looked up, as the reference calls it in a 404
	inUse string // what a client is told that deletes or redefines what is in use

	access

	get, post, put, patch, delete operation

	file   bool                                                // GET answers with a file, whatever Accept says
	postIf func(*helpdesk.Desk, context.Context) (bool, error) // whether there is POST now; nil is always

	allow string // the Allow header with every method
	items bool   // an object that POST creates has a URL: that of the route and the id
}

// operation is a method of a route.
type operation struct {
	takes   *schema // the fields of the body; nil for none
	answers *schema // the fields of the object, or of each in the list; nil for none
	lists   bool    // it answers with a list
	results bool    // it answers with all objects in "results", without pages
	streams bool    // it answers with server-sent events, whatever Accept says
	after   bool    // it answers with the position to continue from, too
	tagged  bool    // it is about an object with an entity tag
	status  int     // of an answer that is no failure

	query []parameter // the query parameters that count; others are ignored

	do func(x *exchange) error // answers a request; nil where the route lacks the method
}

// access is who may use a route.
type access struct {
	read  helpdesk.Permission // for GET, HEAD, OPTIONS and unknown methods; "" is everyone
	write helpdesk.Permission // for the others; "" is as read
}

var (
	byStaff     = access{helpdesk.ReadTickets, helpdesk.WorkOnTickets}
	byRequester = access{helpdesk.ReadOwnTickets, helpdesk.WriteOwnTickets}
	byOwner     = access{helpdesk.ReadOwnTickets, helpdesk.ManageAccount}
)

// byStaffWho is what staff read and those write who hold a permission.
func byStaffWho(write helpdesk.Permission) access { return access{helpdesk.ReadTickets, write} }

// allRoutes returns every route of the API.
func allRoutes() []route {
	return slices.Concat(
		[]route{
			{path: "/", title: "Api Root", get: operation{do: getRoot, status: http.StatusOK}},
			{path: "/openapi.json", title: "Document", access: access{read: helpdesk.ReadOwnTickets},
				get: operation{do: getDocument, status: http.StatusOK}},
		},
		ticketRoutes(), userTicketRoutes(), followUpRoutes(), accountRoutes(), settingRoutes(), eventRoutes(), webhookRoutes(),
	)
}

func ticketRoutes() []route {
	return []route{
		{path: "/tickets", name: "tickets", title: "Ticket List", access: byStaff, get: listOf(tickets), post: createIn(tickets)},
		{path: "/tickets/counts", title: "Ticket Count List", access: access{read: helpdesk.ReadTickets}, get: countTicketsBy},
		{path: "/tickets/:id", title: "Ticket Instance", model: "Ticket", access: byStaff,
			get: itemOf(tickets), put: updateIn(tickets), patch: updateIn(tickets), delete: deleteFrom(tickets)},
		{path: "/tickets/:id/history", title: "Ticket History", model: "Ticket", access: access{read: helpdesk.ReadTickets},
			get: operation{do: listHistory, answers: &changes.schema, lists: true, status: http.StatusOK, query: queryOf(&changes.schema)}},
	}
}

func userTicketRoutes() []route {
	return []route{
		{path: "/user_tickets", name: "user_tickets", title: "User Ticket List", access: byRequester,
			get: listOf(userTickets), post: createIn(userTickets), postIf: (*helpdesk.Desk).OpenToRequesters},
		{path: "/user_tickets/queues", title: "User Ticket Queue List", access: access{read: helpdesk.ReadOwnTickets},
			get: listOf(requesterQueues)},
		{path: "/user_tickets/custom-fields", title: "User Ticket Custom Field List", access: access{read: helpdesk.ReadOwnTickets},
			get: listOf(requesterFields)},
		{path: "/user_tickets/:id", title: "User Ticket Instance", model: "Ticket", access: access{read: helpdesk.ReadOwnTickets},
			get: itemOf(userTickets)},
		{path: "/user_tickets/:id/followups", title: "User Ticket Follow Up List", model: "Ticket", access: byRequester,
			get: listOf(answers), post: createIn(answers)},
		{path: answerDownloadPath, title: "User Ticket Attachment Download", model: "FollowUpAttachment",
			access: access{read: helpdesk.ReadOwnTickets}, get: operation{do: downloadAnswerFile}, file: true},
	}
}

func followUpRoutes() []route {
	return []route{
		{path: "/followups", name: "followups", title: "Follow Up List", access: byStaff, get: listOf(followUps),
			post: createIn(followUps)},
		{path: "/followups/:id", title: "Follow Up Instance", model: "FollowUp", access: byStaff,
			get: itemOf(followUps), put: updateIn(followUps), patch: updateIn(followUps), delete: deleteFrom(followUps)},
		{path: "/followups-attachments", name: "followups-attachments", title: "Follow Up Attachment List", access: byStaff,
			get: listOf(attachments), post: createIn(attachments)},
		{path: "/followups-attachments/:id", title: "Follow Up Attachment Instance", model: "FollowUpAttachment", access: byStaff,
			get: itemOf(attachments), put: updateIn(attachments), patch: updateIn(attachments), delete: deleteFrom(attachments)},
		{path: attachmentDownloadPath, title: "Follow Up Attachment Download", model: "FollowUpAttachment",
			access: access{read: helpdesk.ReadTickets}, get: operation{do: downloadAttachment}, file: true},
	}
}

func accountRoutes() []route {
	const userInUse = "This user wrote or owns something and cannot be deleted. Set is_active to false instead."
	return []route{
		{path: "/users", name: "users", title: "User List", access: byStaffWho(helpdesk.ManageUsers), get: listOf(users),
			post: createIn(users)},
		{path: "/users/me", title: "Current User", model: "User", access: access{read: helpdesk.ReadOwnTickets},
			get: operation{do: getMe, answers: &users.schema, tagged: true, status: http.StatusOK, query: fieldParameters(&users.schema)}},
		{path: "/users/me/password", title: "Own Password", model: "User", access: byOwner,
			post: operation{do: changePassword, takes: &passwordChange.schema, status: http.StatusNoContent}},
		{path: "/users/:id", title: "User Instance", model: "User", inUse: userInUse, access: byStaffWho(helpdesk.ManageUsers),
			get: itemOf(users), patch: updateIn(users), delete: deleteFrom(users)},
		{path: "/groups", name: "groups", title: "Group List", access: byStaffWho(helpdesk.ManageRights),
			get: listOf(groups), post: createIn(groups)},
		{path: "/groups/:id", title: "Group Instance", model: "Group", access: byStaffWho(helpdesk.ManageRights),
			get: itemOf(groups), put: updateIn(groups), patch: updateIn(groups), delete: deleteFrom(groups)},
		{path: "/tokens", name: "tokens", title: "Token List", model: "User", access: byOwner,
			get: operation{do: listTokens, answers: &tokens.schema, lists: true, status: http.StatusOK,
				query: queryOf(&tokens.schema, ownerParameter)},
			post: createFor(tokens, ownerParameter)},
		{path: "/tokens/:id", title: "Token Instance", model: "Token", access: byOwner, get: itemOf(tokens), delete: deleteFrom(tokens)},
	}
}

func settingRoutes() []route {
	const (
		queueInUse = "This queue has tickets. Move or delete them first."
		fieldInUse = "Tickets have values for this field, so its type cannot change. Define a new field instead."
	)
	return []route{
		{path: "/queues", name: "queues", title: "Queue List", access: byStaffWho(helpdesk.ManageQueues),
			get: listOf(queues), post: createIn(queues)},
		{path: "/queues/:id", title: "Queue Instance", model: "Queue", inUse: queueInUse, access: byStaffWho(helpdesk.ManageQueues),
			get: itemOf(queues), put: updateIn(queues), patch: updateIn(queues), delete: deleteFrom(queues)},
		{path: "/custom-fields", name: "custom-fields", title: "Custom Field List", access: byStaffWho(helpdesk.ManageFields),
			get: listOf(customFields), post: createIn(customFields)},
		{path: "/custom-fields/:id", title: "Custom Field Instance", model: "CustomField", inUse: fieldInUse,
			access: byStaffWho(helpdesk.ManageFields),
			get:    itemOf(customFields), put: updateIn(customFields), patch: updateIn(customFields), delete: deleteFrom(customFields)},
	}
}

func eventRoutes() []route {
	return []route{
		{path: "/events", title: "Event List", access: access{read: helpdesk.ReadTickets}, get: listEvents(staffFeed)},
		{path: "/user_tickets/events", title: "User Ticket Event List", access: access{read: helpdesk.ReadOwnTickets},
			get: listEvents(requesterFeed)},
		{path: "/events/stream", title: "Event Stream", access: access{read: helpdesk.ReadTickets}, get: streamEvents(staffFeed)},
		{path: "/user_tickets/events/stream", title: "User Ticket Event Stream", access: access{read: helpdesk.ReadOwnTickets},
			get: streamEvents(requesterFeed)},
	}
}

func webhookRoutes() []route {
	managed := access{read: helpdesk.ManageWebhooks}
	return []route{
		{path: "/webhooks", title: "Webhook List", access: managed, get: listOf(webhooks), post: createIn(webhooks)},
		{path: "/webhooks/:id", title: "Webhook Instance", model: "Webhook", access: managed,
			get: itemOf(webhooks), put: updateIn(webhooks), patch: updateIn(webhooks), delete: deleteFrom(webhooks)},
		{path: "/webhooks/:id/rotate", title: "Webhook Rotation", model: "Webhook", access: managed, post: rotateWebhook},
		{path: "/webhooks/:id/test", title: "Webhook Test", model: "Webhook", access: managed, post: testWebhook},
		{path: "/webhooks/:id/replay", title: "Webhook Replay", model: "Webhook", access: managed, post: replayWebhook},
		{path: "/webhooks/:id/deliveries", title: "Webhook Delivery List", model: "Webhook", access: managed, get: listOf(deliveries)},
		{path: "/webhooks/:id/deliveries/:delivery/retry", title: "Webhook Delivery Retry", model: "Webhook or delivery", access: managed,
			post: retryDelivery},
	}
}

// unknown stands for the route of a request that has none.
var unknown route

// operation returns what the route does on a method. Its do is nil where the method is
// not allowed.
func (rt *route) operation(method string) operation {
	switch method {
	case http.MethodGet, http.MethodHead:
		return rt.get
	case http.MethodPost:
		return rt.post
	case http.MethodPut:
		return rt.put
	case http.MethodPatch:
		return rt.patch
	case http.MethodDelete:
		return rt.delete
	case http.MethodOptions:
		return operation{do: describe, status: http.StatusOK}
	}
	return operation{}
}

// allMethods returns the methods of the route, as an Allow header has them.
func (rt *route) allMethods() string {
	var methods []string
	for _, m := range routedMethods {
		if rt.operation(m).do != nil {
			methods = append(methods, m)
		}
	}
	return strings.Join(methods, ", ")
}

// matches reports whether a path, without a slash at the end, is one of the route.
func (rt *route) matches(path string) bool {
	pattern, segments := strings.Split(rt.path, "/"), strings.Split(path, "/")
	return slices.EqualFunc(pattern, segments, func(p, segment string) bool {
		return p == segment || strings.HasPrefix(p, ":") && segment != ""
	})
}

// permit returns ErrForbidden when the actor may not use a method.
func (a access) permit(d *helpdesk.Desk, actor *user.User, method string) error {
	p := a.read
	switch method {
	case http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
		if a.write != "" {
			p = a.write
		}
	}
	if p == "" {
		return nil
	}
	return d.Allow(actor, p)
}
