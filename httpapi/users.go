package httpapi

import (
	"maps"
	"net/http"
	"strconv"

	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/internal/jsontext"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/user"
)

func listUsers(x *exchange) error {
	return sendList(x, x.h.desk.Users(x.actor), appendUser)
}

func getUser(x *exchange) error { return sendItem(x, x.h.desk.User, appendUser) }

func getMe(x *exchange) error {
	me, err := x.h.desk.User(x.r.Context(), x.actor, x.actor.ID)
	if err != nil {
		return err
	}
	return respond(x, http.StatusOK, me, appendUser)
}

func changePassword(x *exchange) error {
	in, err := x.read()
	if err != nil {
		return err
	}
	var old, password string
	f := newFields(in, false)
	f.password("old_password", &old)
	f.password("new_password", &password)
	if err := f.err(); err != nil {
		return err
	}
	if err := x.h.desk.ChangePassword(x.r.Context(), x.actor, old, password, auth.ClientAddress(x.r)); err != nil {
		return err
	}
	x.sendNothing()
	return nil
}

func createUser(x *exchange) error {
	ctx, desk := x.r.Context(), x.h.desk
	in, err := x.read()
	if err != nil {
		return err
	}
	u, f := &user.User{Active: true}, newFields(in, false)
	readUser(f, u)
	var password string
	f.password("password", &password)
	if f.err() != nil {
		return f.complete(desk.CheckUser(ctx, x.actor, u))
	}
	created, err := desk.CreateUser(ctx, x.actor, u, password)
	if err != nil {
		return err
	}
	return respond(x, http.StatusCreated, created, appendUser)
}

func updateUser(x *exchange) error {
	ctx, desk := x.r.Context(), x.h.desk
	id, err := x.id()
	if err != nil {
		return err
	}
	if _, err := desk.User(ctx, x.actor, id); err != nil {
		return err
	}
	in, err := x.read()
	if err != nil {
		return err
	}
	f := newFields(in, true)
	var password string
	f.password("password", &password)
	change := func(u *user.User) error {
		f := &fields{in: in, partial: true, problems: maps.Clone(f.problems), asked: maps.Clone(f.asked)}
		readUser(f, u)
		f.flag("email_verified", &u.EmailVerified)
		return f.err()
	}
	var updated *user.User
	if in.get("password").sent == sentNothing {
		updated, err = desk.UpdateUser(ctx, x.actor, id, change)
	} else {
		updated, err = desk.UpdateUserAndPassword(ctx, x.actor, id, change, password)
	}
	if err != nil {
		return err
	}
	return respond(x, http.StatusOK, updated, appendUser)
}

// flag reads a boolean. One that a form leaves out stays as it is: a new user is
// active whatever the content type.
func (f *fields) flag(name string, dst *bool) {
	if f.in.get(name).sent != sentNothing {
		f.boolean(name, dst)
	}
}

// readUser reads the fields of a user that a client gives on POST and on PATCH,
// except the password.
func readUser(f *fields, u *user.User) {
	f.text("first_name", &u.FirstName, oldBlank, problem.NotString)
	f.text("last_name", &u.LastName, oldBlank, problem.NotString)
	f.text("username", &u.Username, oldRequired, problem.NotString)
	f.text("email", &u.Email, oldBlank, problem.BadEmail)
	f.flag("is_staff", &u.Staff)
	f.flag("is_superuser", &u.Superuser)
	f.flag("is_active", &u.Active)
	readWords(f, "permissions", &u.Permissions)
	f.references("queues", &u.Queues)
}

func deleteUser(x *exchange) error {
	return x.remove(x.h.desk.DeleteUser)
}

func appendUser(b []byte, u *user.User) []byte {
	b = jsontext.String(append(b, `{"first_name":`...), u.FirstName)
	b = jsontext.String(append(b, `,"last_name":`...), u.LastName)
	b = jsontext.String(append(b, `,"username":`...), u.Username)
	b = jsontext.String(append(b, `,"email":`...), u.Email)
	b = strconv.AppendInt(append(b, `,"id":`...), u.ID, 10)
	b = strconv.AppendBool(append(b, `,"is_staff":`...), u.Staff)
	b = strconv.AppendBool(append(b, `,"is_superuser":`...), u.Superuser)
	b = strconv.AppendBool(append(b, `,"is_active":`...), u.Active)
	b = strconv.AppendBool(append(b, `,"email_verified":`...), u.EmailVerified)
	if len(u.Permissions) > 0 { // the reference's clients do not know these keys
		b = append(b, `,"permissions":[`...)
		for i, p := range u.Permissions {
			if i > 0 {
				b = append(b, ',')
			}
			b = jsontext.String(b, string(p))
		}
		b = append(b, ']')
	}
	if len(u.Queues) > 0 {
		b = appendInts(append(b, `,"queues":`...), u.Queues)
	}
	return append(b, '}')
}
