package httpapi

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/user"
)

// operation is a method of a route.
type operation struct {
	takes   *schema // the fields of the body; nil for none
	answers *schema // the fields of the object or of each in the list; nil for none
	status  int     // of an answer that is no failure

	do func(x *exchange) error // answers a request; nil where the route lacks the method
}

// route is one line of the table that registration, permissions, Allow and
// OPTIONS are made from.
type route struct {
	path  string
	name  string // in the root's list of collections; "" is not listed
	title string // for OPTIONS
	model string // what is looked up, in the reference's words
	inUse string // what a client is told that deletes or reshapes what is in use

	read  helpdesk.Permission // for GET, HEAD, OPTIONS and unknown methods; "" is everyone
	write helpdesk.Permission // for the others; "" is as read

	get, post, put, patch, delete operation

	file bool // GET answers with a file, whatever Accept says

	takesPost func(context.Context, *helpdesk.Desk) (bool, error) // whether there is POST now; nil is always

	allow string // the Allow header with every method
}

// allRoutes is every resource of the API.
func allRoutes() []route {
	return []route{
		{path: "/", title: "Api Root", get: operation{do: getRoot}},
		{path: "/tickets", name: "tickets", title: "Ticket List", read: helpdesk.ReadTickets, write: helpdesk.WorkOnTickets, get: listOf(tickets), post: createIn(tickets)},
		{path: "/tickets/:id", title: "Ticket Instance", model: "Ticket", read: helpdesk.ReadTickets, write: helpdesk.WorkOnTickets, get: itemOf(tickets), put: updateIn(tickets), patch: updateIn(tickets), delete: deleteFrom(tickets)},
		{path: "/tickets/:id/history", title: "Ticket History", model: "Ticket", read: helpdesk.ReadTickets, get: operation{do: listHistory, answers: &changes.schema, status: http.StatusOK}},
		{path: "/user_tickets", name: "user_tickets", title: "User Ticket List", read: helpdesk.ReadOwnTickets, write: helpdesk.WriteOwnTickets, get: listOf(userTickets),
			post: createIn(userTickets), takesPost: func(ctx context.Context, d *helpdesk.Desk) (bool, error) { return d.TakesRequests(ctx) }},
		{path: "/user_tickets/:id", title: "User Ticket Instance", model: "Ticket", read: helpdesk.ReadOwnTickets, get: itemOf(userTickets)},
		{path: "/user_tickets/:id/followups", title: "User Ticket Follow Up List", model: "Ticket", read: helpdesk.ReadOwnTickets, write: helpdesk.WriteOwnTickets, get: listOf(answers), post: createIn(answers)},
		{path: answerDownloadPath, title: "User Ticket Attachment Download", model: "FollowUpAttachment", read: helpdesk.ReadOwnTickets, get: operation{do: downloadAnswerFile}, file: true},
		{path: "/followups", name: "followups", title: "Follow Up List", read: helpdesk.ReadTickets, write: helpdesk.WorkOnTickets, get: listOf(followUps), post: createIn(followUps)},
		{path: "/followups/:id", title: "Follow Up Instance", model: "FollowUp", read: helpdesk.ReadTickets, write: helpdesk.WorkOnTickets, get: itemOf(followUps), put: updateIn(followUps), patch: updateIn(followUps), delete: deleteFrom(followUps)},
		{path: "/followups-attachments", name: "followups-attachments", title: "Follow Up Attachment List", read: helpdesk.ReadTickets, write: helpdesk.WorkOnTickets, get: listOf(attachments), post: createIn(attachments)},
		{path: "/followups-attachments/:id", title: "Follow Up Attachment Instance", model: "FollowUpAttachment", read: helpdesk.ReadTickets, write: helpdesk.WorkOnTickets, get: itemOf(attachments), put: updateIn(attachments), patch: updateIn(attachments), delete: deleteFrom(attachments)},
		{path: attachmentDownloadPath, title: "Follow Up Attachment Download", model: "FollowUpAttachment", read: helpdesk.ReadTickets, get: operation{do: downloadAttachment}, file: true},
		{path: "/users", name: "users", title: "User List", read: helpdesk.ReadTickets, write: helpdesk.ManageUsers, get: listOf(users), post: createIn(users)},
		{path: "/users/me", title: "Current User", model: "User", read: helpdesk.ReadOwnTickets, get: operation{do: getMe, answers: &users.schema, status: http.StatusOK}},
		{path: "/users/me/password", title: "Own Password", model: "User", read: helpdesk.ReadOwnTickets, write: helpdesk.ManageAccount, post: operation{do: changePassword, takes: &passwordChange.schema, status: http.StatusNoContent}},
		{path: "/users/:id", title: "User Instance", model: "User", inUse: "This user wrote or owns something and cannot be deleted. Set is_active to false instead.",
			read: helpdesk.ReadTickets, write: helpdesk.ManageUsers, get: itemOf(users), patch: updateIn(users), delete: deleteFrom(users)},
		{path: "/groups", name: "groups", title: "Group List", read: helpdesk.ReadTickets, write: helpdesk.ManageRights, get: listOf(groups), post: createIn(groups)},
		{path: "/groups/:id", title: "Group Instance", model: "Group", read: helpdesk.ReadTickets, write: helpdesk.ManageRights, get: itemOf(groups), put: updateIn(groups), patch: updateIn(groups), delete: deleteFrom(groups)},
		{path: "/tokens", name: "tokens", title: "Token List", model: "User", read: helpdesk.ReadOwnTickets, write: helpdesk.ManageAccount, get: operation{do: listTokens, answers: &tokens.schema, status: http.StatusOK}, post: createIn(tokens)},
		{path: "/tokens/:id", title: "Token Instance", model: "Token", read: helpdesk.ReadOwnTickets, write: helpdesk.ManageAccount, get: itemOf(tokens), delete: deleteFrom(tokens)},
		{path: "/queues", name: "queues", title: "Queue List", read: helpdesk.ReadTickets, write: helpdesk.ManageQueues, get: listOf(queues), post: createIn(queues)},
		{path: "/queues/:id", title: "Queue Instance", model: "Queue", inUse: "This queue has tickets. Move or delete them first.",
			read: helpdesk.ReadTickets, write: helpdesk.ManageQueues, get: itemOf(queues), put: updateIn(queues), patch: updateIn(queues), delete: deleteFrom(queues)},
		{path: "/custom-fields", name: "custom-fields", title: "Custom Field List", read: helpdesk.ReadTickets, write: helpdesk.ManageFields, get: listOf(customFields), post: createIn(customFields)},
		{path: "/custom-fields/:id", title: "Custom Field Instance", model: "CustomField", inUse: "Tickets have values for this field, so its type cannot change. Define a new field instead.",
			read: helpdesk.ReadTickets, write: helpdesk.ManageFields, get: itemOf(customFields), put: updateIn(customFields), patch: updateIn(customFields), delete: deleteFrom(customFields)},
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
		return operation{do: describe}
	}
	return operation{}
}

// allMethods are the methods of the route, as an Allow header has them.
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

// permit returns ErrForbidden when the actor may not use a method of the route.
func (rt *route) permit(d *helpdesk.Desk, actor *user.User, method string) error {
	p := rt.read
	switch method {
	case http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
		if rt.write != "" {
			p = rt.write
		}
	}
	if p == "" {
		return nil
	}
	return d.Allow(actor, p)
}
