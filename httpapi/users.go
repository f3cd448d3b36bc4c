package httpapi

import (
	"net/http"
	"strconv"

	"github.com/go-helpdesk/helpdesk/internal/jsontext"
	"github.com/go-helpdesk/helpdesk/internal/validate"
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
	f.text("old_password", &old, required, validate.NotString)
	f.text("new_password", &password, required, validate.NotString)
	f.problems.AddNew("new_password", user.CheckPasswordText(password)...)
	if err := f.problems.Err(); err != nil {
		return err
	}
	if err := x.h.desk.ChangePassword(x.r.Context(), x.actor, old, password); err != nil {
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
	f.text("password", &password, required, validate.NotString)
	f.problems.AddNew("password", user.CheckPasswordText(password)...)
	if len(f.problems) > 0 {
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
	updated, err := desk.UpdateUser(ctx, x.actor, id, func(u *user.User) error {
		f := newFields(in, true)
		readUser(f, u)
		return f.problems.Err()
	})
	if err != nil {
		return err
	}
	return respond(x, http.StatusOK, updated, appendUser)
}

// readUser reads the fields of a user except the password. A flag that a form
// leaves out stays as it is: a new user is active whatever the content type.
func readUser(f *fields, u *user.User) {
	f.text("first_name", &u.FirstName, blankable, validate.NotString)
	f.text("last_name", &u.LastName, blankable, validate.NotString)
	f.text("username", &u.Username, required, validate.NotString)
	f.text("email", &u.Email, blankable, validate.BadEmail)
	for name, flag := range map[string]*bool{"is_staff": &u.Staff, "is_superuser": &u.Superuser, "is_active": &u.Active} {
		if f.in.get(name).kind != absent {
			f.boolean(name, flag)
		}
	}
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
