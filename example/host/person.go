package main

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"strings"

	"golang.org/x/crypto/bcrypt"

	"github.com/go-helpdesk/helpdesk/user"
)

// role is what somebody is at the shop.
type role string

const (
	customer role = "customer"
	support  role = "support"
	boss     role = "boss"
)

// person is a row of the shop's users.
type person struct {
	id       int64
	login    string
	name     string
	email    string
	verified bool // the address is theirs
	role     role
	hash     string // of the password, by bcrypt
}

// external is the person as the help desk is told. What a role may do there is
// said at every request, so a change of it counts at once: the queues are those
// named here, and none where none are.
func (p *person) external() *user.External {
	first, last, _ := strings.Cut(p.name, " ")
	e := &user.External{
		ID: strconv.FormatInt(p.id, 10), Username: p.login, FirstName: first, LastName: last,
		Email: p.email, EmailVerified: p.verified, Queues: []string{},
	}
	switch p.role {
	case boss:
		e.Staff, e.Superuser = true, true
	case support:
		e.Staff, e.Queues = true, []string{questions, orders}
	}
	return e
}

// personRow is what scanPerson reads, of users u.
const personRow = "u.id, u.login, u.name, u.email, u.email_verified, u.role, u.password"

// scanPerson is a person, and nil when there is no row.
func scanPerson(row *sql.Row) (*person, error) {
	p := &person{}
	err := row.Scan(&p.id, &p.login, &p.name, &p.email, &p.verified, &p.role, &p.hash)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return p, err
}

// personByID finds somebody by what the desk knows them by.
func (s *shop) personByID(ctx context.Context, id string) (*person, error) {
	return scanPerson(s.db.QueryRowContext(ctx, "SELECT "+personRow+" FROM users u WHERE u.id = ?", id))
}

// personByPassword is who logs in, nil for a wrong password as for an unknown
// login, which take the same time.
func (s *shop) personByPassword(ctx context.Context, login, password string) (*person, error) {
	p, err := scanPerson(s.db.QueryRowContext(ctx, "SELECT "+personRow+" FROM users u WHERE u.login = ?", login))
	if err != nil {
		return nil, err
	}
	hash := s.nobody
	if p != nil {
		hash = []byte(p.hash)
	}
	err = bcrypt.CompareHashAndPassword(hash, []byte(password))
	if p == nil || errors.Is(err, bcrypt.ErrMismatchedHashAndPassword) {
		return nil, nil
	}
	return p, err
}

// addPerson adds somebody, and says what their id is.
func (s *shop) addPerson(ctx context.Context, p *person, password string) error {
	hash, err := bcrypt.GenerateFromPassword([]byte(password), s.cost)
	if err != nil {
		return err
	}
	return s.db.QueryRowContext(ctx, `INSERT INTO users (login, name, email, email_verified, role, password)
		VALUES (?, ?, ?, ?, ?, ?) RETURNING id`, p.login, p.name, p.email, p.verified, p.role, string(hash)).Scan(&p.id)
}
