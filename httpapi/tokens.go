package httpapi

import (
	"net/http"
	"strconv"

	"github.com/go-helpdesk/helpdesk/internal/jsontext"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/user"
)

// tokenOwner is whose tokens are meant: the actor's, or those of ?user=.
func (x *exchange) tokenOwner() (int64, error) {
	given, ok := parseQuery(x.r.URL.RawQuery).get("user")
	if !ok {
		return x.actor.ID, nil
	}
	id, err := strconv.ParseInt(given, 10, 64)
	if !isDigits(given) || err != nil {
		return 0, problem.Error{"user": {{Reason: problem.NotAvailable, Value: given}}}
	}
	return id, nil
}

func listTokens(x *exchange) error {
	owner, err := x.tokenOwner()
	if err != nil {
		return err
	}
	return sendList(x, x.h.desk.Tokens(x.actor, owner), func(b []byte, t *user.Token) []byte { return appendToken(b, t, "") })
}

func getToken(x *exchange) error {
	return sendItem(x, x.h.desk.Token, func(b []byte, t *user.Token) []byte { return appendToken(b, t, "") })
}

func createToken(x *exchange) error {
	ctx, desk := x.r.Context(), x.h.desk
	owner, err := x.tokenOwner()
	if err != nil {
		return err
	}
	in, err := x.read()
	if err != nil {
		return err
	}
	t, f := &user.Token{UserID: owner}, newFields(in, false)
	f.text("name", &t.Name, oldBlank, problem.NotString)
	f.boolean("read_only", &t.ReadOnly)
	f.nullTime("expires", &t.Expires)
	if f.err() != nil {
		return f.complete(desk.CheckToken(ctx, x.actor, t))
	}
	created, secret, err := desk.CreateToken(ctx, x.actor, t)
	if err != nil {
		return err
	}
	x.send(http.StatusCreated, appendToken(nil, created, secret))
	return nil
}

func deleteToken(x *exchange) error { return x.remove(x.h.desk.DeleteToken) }

// appendToken appends a token, with its secret where that is known.
func appendToken(b []byte, t *user.Token, secret string) []byte {
	b = strconv.AppendInt(append(b, `{"id":`...), t.ID, 10)
	b = strconv.AppendInt(append(b, `,"user":`...), t.UserID, 10)
	b = jsontext.String(append(b, `,"name":`...), t.Name)
	b = jsontext.String(append(b, `,"prefix":`...), t.Prefix)
	b = strconv.AppendBool(append(b, `,"read_only":`...), t.ReadOnly)
	b = jsontext.Time(append(b, `,"created":`...), t.Created)
	b = jsontext.NullTime(append(b, `,"expires":`...), t.Expires)
	b = jsontext.NullTime(append(b, `,"last_used":`...), t.LastUsed)
	if secret != "" {
		b = jsontext.String(append(b, `,"token":`...), secret)
	}
	return append(b, '}')
}
