package main

import (
	"context"
	"fmt"
	"io"
)

// samplePassword is that of all sample people.
const samplePassword = "a-cup-of-tea"

// samplePeople are who can log in at a new shop.
func samplePeople() []*person {
	return []*person{
		{login: "carl", name: "Carl Lind", email: "carl@example.com", verified: true, role: customer},
		{login: "dana", name: "Dana Moss", email: "dana@example.com", verified: true, role: customer},
		{login: "ned", name: "Ned Newman", email: "carl@example.com", role: customer}, // so he says
		{login: "eve", name: "Eve Hill", email: "eve@shop.example", verified: true, role: support},
		{login: "bob", name: "Bob Stone", email: "bob@shop.example", verified: true, role: boss},
	}
}

// addSamples adds the sample people to a shop that knows nobody.
func (s *shop) addSamples(ctx context.Context) error {
	var n int
	if err := s.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM users").Scan(&n); err != nil || n > 0 {
		return err
	}
	for _, p := range samplePeople() {
		if err := s.addPerson(ctx, p, samplePassword); err != nil {
			return fmt.Errorf("add %s: %w", p.login, err)
		}
	}
	return nil
}

// announce tells where the program listens, who can log in, and what to try. It
// is one write, so that a reader who goes away after the first line does no harm.
func announce(w io.Writer, url string, o *options) error {
	_, err := fmt.Fprintf(w, `listening on %[1]s

  Desk     %[1]s%[2]s/, on %[3]s
  Data     %[4]s
  People   carl and dana are customers, eve is support, bob the boss; ned's address is not verified
  Password %[5]s

  Log in and order, which opens a ticket; ask a question; read the answers:
    curl -c carl.jar -d login=carl -d password=%[5]s %[1]s/login
    curl -b carl.jar -d item=teapot -d note="Gift wrap, please" %[1]s/orders
    curl -b carl.jar -d queue=1 -d title="Do you ship abroad?" %[1]s%[2]s/user_tickets/
    curl -b carl.jar %[1]s%[2]s/user_tickets/1/followups/

  Work on tickets; make a token for a program:
    curl -c eve.jar -d login=eve -d password=%[5]s %[1]s/login
    curl -b eve.jar %[1]s%[2]s/tickets/
    curl -b eve.jar -d ticket=1 -d comment="With pleasure." -d public=true %[1]s%[2]s/followups/
    curl -b eve.jar -d name=laptop %[1]s%[2]s/tokens/
    curl -H "Authorization: Bearer TOKEN" %[1]s%[2]s/users/me/

`, url, prefix, o.mux, o.db, samplePassword)
	return err
}
