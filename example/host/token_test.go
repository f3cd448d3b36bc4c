package main

import (
	"net/http"
	"testing"
)

// program is what uses a token.
func (s *site) program(token string) *browser {
	return &browser{s.t, s.url, &http.Client{}, http.Header{"Authorization": {"Bearer " + token}}}
}

func TestTokenOfASession(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		eve := s.as("eve")
		made := eve.send("POST", prefix+"/tokens/", `{"name": "laptop"}`).is(201)
		p := s.program(made.text("token"))
		if p.me() != eve.me() {
			t.Error("the token is somebody else's")
		}
		p.submit(prefix+"/tickets/", "queue", "1", "title", "By a program").is(201)
		// A page of another site cannot have the token, so it may be one that has.
		p.with("Origin", "https://dashboard.example").submit(prefix+"/tickets/", "queue", "1", "title", "By a page").is(201)
		p.send("POST", prefix+"/tokens/", `{"name": "another"}`).is(403)
		p.submit("/orders", "item", "teapot").is(401) // the shop knows no tokens

		eve.do("POST", "/logout", "").is(204)
		p.get(prefix + "/tickets/").is(200).has(`"count":2`)
		s.as("eve").do("DELETE", prefix+"/tokens/"+made.number("id")+"/", "").is(204)
		p.get(prefix + "/tickets/").is(401).has("Invalid token.")
	})
}

// TestTokenFollowsTheShop: what the shop says of the owner counts for the token
// too, and the token stays what it is.
func TestTokenFollowsTheShop(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		eve := s.as("eve")
		p := s.program(eve.send("POST", prefix+"/tokens/", `{"name": "a"}`).is(201).text("token"))
		reader := s.program(eve.send("POST", prefix+"/tokens/", `{"name": "b", "read_only": true}`).is(201).text("token"))
		ticket := []string{"queue", "1", "title", "x"}
		reader.get(prefix + "/tickets/").is(200)
		reader.submit(prefix+"/tickets/", ticket...).is(403)

		s.exec("UPDATE users SET role = 'boss' WHERE login = 'eve'")
		p.submit(prefix+"/queues/", "title", "New", "slug", "new").is(201)
		reader.submit(prefix+"/tickets/", ticket...).is(403)
		p.send("POST", prefix+"/tokens/", `{"name": "c"}`).is(403)

		s.exec("UPDATE users SET role = 'customer' WHERE login = 'eve'")
		p.get(prefix + "/tickets/").is(403)
		s.exec("DELETE FROM users WHERE login = 'eve'")
		p.get(prefix + "/users/me/").is(401).has("Invalid token.")
		eve.get(prefix + "/users/me/").is(401)
	})
}
