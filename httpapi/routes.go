package httpapi

import (
	"context"
	"net/http"
	"strings"

	"github.com/uptrace/bunrouter"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/user"
)

// action answers a request on a route.
type action func(x *exchange) error

// route is one line of the table that registration, permissions, Allow and
// OPTIONS are made from.
type route struct {
	path  string
	name  string // in the root's list of collections; "" is not listed
	title string // for OPTIONS
	model string // what is looked up, in the reference's words
	inUse string // what a client is told that deletes or reshapes what is in use
	taken string // what a client is told that gives a name which another has

	read  helpdesk.Permission // for GET, HEAD, OPTIONS and unknown methods; "" is everyone
	write helpdesk.Permission // for the others; "" is as read

	get, post, put, patch, delete action

	file bool // GET answers with a file, whatever Accept says

	takesPost func(context.Context, *helpdesk.Desk) (bool, error) // whether there is POST now; nil is always

	allow string // the Allow header with every method
}

// allRoutes is every resource of the API.
func allRoutes() []route {
	return []route{
		{path: "/", title: "Api Root", get: getRoot},
		{path: "/tickets", name: "tickets", title: "Ticket List", read: helpdesk.ReadTickets, write: helpdesk.WorkOnTickets, get: listTickets, post: createTicket},
		{path: "/tickets/:id", title: "Ticket Instance", model: "Ticket", read: helpdesk.ReadTickets, write: helpdesk.WorkOnTickets, get: getTicket, put: updateTicket, patch: updateTicket, delete: deleteTicket},
		{path: "/tickets/:id/history", title: "Ticket History", model: "Ticket", read: helpdesk.ReadTickets, get: listHistory},
		{path: "/user_tickets", name: "user_tickets", title: "User Ticket List", read: helpdesk.ReadOwnTickets, write: helpdesk.WriteOwnTickets, get: listOwnTickets,
			post: createRequest, takesPost: func(ctx context.Context, d *helpdesk.Desk) (bool, error) { return d.OpenToRequesters(ctx) }},
		{path: "/user_tickets/:id", title: "User Ticket Instance", model: "Ticket", read: helpdesk.ReadOwnTickets, get: getOwnTicket},
		{path: "/user_tickets/:id/followups", title: "User Ticket Follow Up List", model: "Ticket", read: helpdesk.ReadOwnTickets, write: helpdesk.WriteOwnTickets, get: listAnswers, post: createAnswer},
		{path: "/user_tickets/:id/attachments/:attachment/download", title: "User Ticket Attachment Download", model: "FollowUpAttachment", read: helpdesk.ReadOwnTickets, get: downloadAnswerFile, file: true},
		{path: "/followups", name: "followups", title: "Follow Up List", read: helpdesk.ReadTickets, write: helpdesk.WorkOnTickets, get: listFollowUps, post: createFollowUp},
		{path: "/followups/:id", title: "Follow Up Instance", model: "FollowUp", read: helpdesk.ReadTickets, write: helpdesk.WorkOnTickets, get: getFollowUp, put: updateFollowUp, patch: updateFollowUp, delete: deleteFollowUp},
		{path: "/followups-attachments", name: "followups-attachments", title: "Follow Up Attachment List", read: helpdesk.ReadTickets, write: helpdesk.WorkOnTickets, get: listAttachments, post: createAttachment},
		{path: "/followups-attachments/:id", title: "Follow Up Attachment Instance", model: "FollowUpAttachment", read: helpdesk.ReadTickets, write: helpdesk.WorkOnTickets, get: getAttachment, put: updateAttachment, patch: updateAttachment, delete: deleteAttachment},
		{path: "/followups-attachments/:id/download", title: "Follow Up Attachment Download", model: "FollowUpAttachment", read: helpdesk.ReadTickets, get: downloadAttachment, file: true},
		{path: "/users", taken: "A user with that username already exists.", name: "users", title: "User List", read: helpdesk.ReadTickets, write: helpdesk.ManageUsers, get: listUsers, post: createUser},
		{path: "/users/me", title: "Current User", model: "User", read: helpdesk.ReadOwnTickets, get: getMe},
		{path: "/users/me/password", title: "Own Password", model: "User", read: helpdesk.ReadOwnTickets, write: helpdesk.ManageAccount, post: changePassword},
		{path: "/users/:id", taken: "A user with that username already exists.", title: "User Instance", model: "User", inUse: "This user wrote or owns something and cannot be deleted. Set is_active to false instead.",
			read: helpdesk.ReadTickets, write: helpdesk.ManageUsers, get: getUser, patch: updateUser, delete: deleteUser},
		{path: "/groups", taken: "Group with this Name already exists.", name: "groups", title: "Group List", read: helpdesk.ReadTickets, write: helpdesk.ManageRights, get: listGroups, post: createGroup},
		{path: "/groups/:id", taken: "Group with this Name already exists.", title: "Group Instance", model: "Group", read: helpdesk.ReadTickets, write: helpdesk.ManageRights, get: getGroup, put: updateGroup, patch: updateGroup, delete: deleteGroup},
		{path: "/tokens", name: "tokens", title: "Token List", model: "User", read: helpdesk.ReadOwnTickets, write: helpdesk.ManageAccount, get: listTokens, post: createToken},
		{path: "/tokens/:id", title: "Token Instance", model: "Token", read: helpdesk.ReadOwnTickets, write: helpdesk.ManageAccount, get: getToken, delete: deleteToken},
		{path: "/queues", taken: "Queue with this Slug already exists.", name: "queues", title: "Queue List", read: helpdesk.ReadTickets, write: helpdesk.ManageQueues, get: listQueues, post: createQueue},
		{path: "/queues/:id", taken: "Queue with this Slug already exists.", title: "Queue Instance", model: "Queue", inUse: "This queue has tickets. Move or delete them first.",
			read: helpdesk.ReadTickets, write: helpdesk.ManageQueues, get: getQueue, put: updateQueue, patch: updateQueue, delete: deleteQueue},
		{path: "/custom-fields", taken: "Custom field with this Field Name already exists.", name: "custom-fields", title: "Custom Field List", read: helpdesk.ReadTickets, write: helpdesk.ManageFields, get: listCustomFields, post: createCustomField},
		{path: "/custom-fields/:id", taken: "Custom field with this Field Name already exists.", title: "Custom Field Instance", model: "CustomField", inUse: "Tickets have values for this field, so its type cannot change. Define a new field instead.",
			read: helpdesk.ReadTickets, write: helpdesk.ManageFields, get: getCustomField, put: updateCustomField, patch: updateCustomField, delete: deleteCustomField},
	}
}

// unknown stands for the route of a request that has none.
var unknown route

// actionFor is what the route does on a method, nil where it is not allowed.
func (rt *route) actionFor(method string) action {
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
		return describe
	}
	return nil
}

// allMethods are the methods of the route, as an Allow header has them.
func (rt *route) allMethods() string {
	var methods []string
	for _, m := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"} {
		if rt.actionFor(m) != nil {
			methods = append(methods, m)
		}
	}
	return strings.Join(methods, ", ")
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

// newRouter registers the routes. Paths come without a slash at the end.
func newRouter(h *Handler) *bunrouter.Router {
	router := bunrouter.New(bunrouter.WithNotFoundHandler(func(http.ResponseWriter, bunrouter.Request) error {
		return notFound()
	}))
	for i := range h.routes {
		rt := &h.routes[i]
		rt.allow = rt.allMethods()
		router.GET(rt.path, func(_ http.ResponseWriter, req bunrouter.Request) error {
			x := exchangeOf(req.Context())
			x.route, x.params = rt, req.Params()
			return x.serve()
		})
	}
	return router
}

type exchangeKey struct{}

func withExchange(ctx context.Context, x *exchange) context.Context {
	return context.WithValue(ctx, exchangeKey{}, x)
}

func exchangeOf(ctx context.Context) *exchange {
	x, _ := ctx.Value(exchangeKey{}).(*exchange)
	return x
}
