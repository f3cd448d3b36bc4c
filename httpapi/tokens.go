package httpapi

import (
	"context"
	"strconv"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/user"
)

// issuedToken is a token, with its secret in the answer to the request that created it.
type issuedToken struct {
	*user.Token
	secret string // "" where it is not known
}

var tokens = &resource[issuedToken]{
	table: newTable(
		integer("id", func(t issuedToken) int64 { return t.ID }),
		reference("user", func(t issuedToken) *int64 { return &t.UserID }, readOnly),
		text("name", func(t issuedToken) *string { return &t.Name }, blank, maxLength(user.MaxTokenName)),
		computed("prefix", func(t issuedToken) string { return t.Prefix }),
		boolean("read_only", func(t issuedToken) *bool { return &t.ReadOnly }),
		datetime("created", func(t issuedToken) time.Time { return t.Created }),
		nullDatetime("expires", func(t issuedToken) **time.Time { return &t.Expires }),
		nullDatetime("last_used", func(t issuedToken) **time.Time { return &t.LastUsed }, readOnly),
		computed("token", func(t issuedToken) string { return t.secret }).omittedIf(func(t issuedToken) bool { return t.secret == "" }),
	),
	get: func(d *helpdesk.Desk, ctx context.Context, actor *user.User, id int64) (issuedToken, error) {
		t, err := d.Token(ctx, actor, id)
		return issuedToken{Token: t}, err
	},
	start: func(x *exchange) (issuedToken, error) {
		owner, err := x.tokenOwner()
		return issuedToken{Token: &user.Token{UserID: owner}}, err
	},
	create: func(x *exchange, t issuedToken, _ *extras) (issuedToken, error) {
		created, secret, err := x.desk.CreateToken(x.r.Context(), x.actor, t.Token)
		return issuedToken{created, secret}, err
	},
	delete: (*helpdesk.Desk).DeleteToken,
	secret: true,
	tag: func(t *tagParts, v issuedToken) {
		t.object("token", v.ID, v.Version)
		t.none = v.secret != "" // nobody may keep a secret
	},
	guard: guardToken,
}

// ownerParameter is a query parameter of the collection.
var ownerParameter = parameter{name: "user", kind: kindReference, about: "The user whose tokens are meant."}

// tokenOwner returns whose tokens are meant: the actor's, or those of ?user=.
func (x *exchange) tokenOwner() (int64, error) {
	given, ok := x.arguments().all.get("user")
	if !ok {
		return x.actor.ID, nil
	}
	id, err := strconv.ParseInt(given, 10, 64)
	if !isDigits(given) || err != nil {
		x.arguments().wrong("user", problem.NotAvailable, given)
		return 0, x.arguments().problems
	}
	return id, nil
}

func listTokens(x *exchange) error {
	if err := tokens.readKeys(x); err != nil {
		return err
	}
	owner, err := x.tokenOwner()
	if err != nil {
		return err
	}
	if err := x.settle(); err != nil {
		return err
	}
	show := tokens.appender(x)
	return sendList(x, x.h.desk.Tokens(x.actor, owner), func(b []byte, t *user.Token) []byte {
		return show(b, issuedToken{Token: t})
	})
}
