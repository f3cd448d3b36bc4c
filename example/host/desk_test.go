package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/user"
)

func TestSupportWorksOnTickets(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		eve := s.as("eve")
		me := eve.me()
		opened := eve.send("POST", prefix+"/tickets/",
			fmt.Sprintf(`{"queue": %d, "title": "Handles fall off", "assigned_to": %s}`, s.queues[questions], me)).is(201)
		opened.has(`"assigned_to":`+me+`,`, `"title":"Ticket Opened & Assigned to Eve Hill"`)
		var thread []struct{ User int }
		if opened.member("followup_set", &thread); len(thread) != 1 || fmt.Sprint(thread[0].User) != me {
			t.Errorf("opened by %v, want %s", thread, me)
		}
		bob := s.as("bob")
		bob.send("PATCH", prefix+"/tickets/"+opened.number("id")+"/", fmt.Sprintf(`{"assigned_to": %s}`, bob.me())).is(200)
		bob.get(prefix + "/tickets/").is(200).has(`"count":1`)
	})
}

func TestSupportSeesItsOwnQueues(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		eve, bob := s.as("eve"), s.as("bob")
		ticket := fmt.Sprintf(`{"queue": %d, "title": "We are being sued"}`, s.queues[legal])
		secret := bob.send("POST", prefix+"/tickets/", ticket).is(201).number("id")
		eve.get(prefix + "/tickets/" + secret + "/").is(404)
		eve.get(prefix + "/tickets/").is(200).has(`"count":0`)
		eve.send("POST", prefix+"/tickets/", ticket).is(400).has(`"queue"`)
	})
}

func TestCustomerAsksAndIsAnswered(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		carl, eve := s.as("carl"), s.as("eve")
		asked := carl.submit(prefix+"/user_tickets/", "queue", fmt.Sprint(s.queues[questions]), "title", "Do you ship abroad?").is(201)
		asked.has(`"submitter":"carl@example.com"`)
		id := asked.number("id")
		eve.submit(prefix+"/followups/", "ticket", id, "comment", "To the moon.", "public", "true").is(201)
		eve.submit(prefix+"/followups/", "ticket", id, "comment", "What a bore.").is(201)

		own := prefix + "/user_tickets/" + id + "/"
		answers := carl.get(own+"followups/").is(200).has(`"comment":"To the moon."`, `"user":"Eve Hill"`)
		if strings.Contains(answers.body, "bore") {
			t.Errorf("a customer sees what is not public:\n%s", answers.body)
		}
		carl.submit(own+"followups/", "comment", "Thanks!").is(201).has(`"user":"Carl Lind"`)
		carl.get(prefix + "/tickets/").is(403)
		carl.submit(prefix+"/user_tickets/", "queue", fmt.Sprint(s.queues[legal]), "title", "Hello").is(400).has(`"queue"`)
	})
}

// TestOthersTicketsAreNotThere for another customer, nor for one who says that
// somebody else's address is theirs.
func TestOthersTicketsAreNotThere(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		id := s.as("carl").submit(prefix+"/user_tickets/", "queue", fmt.Sprint(s.queues[questions]), "title", "Mine").is(201).number("id")
		for _, login := range []string{"dana", "ned"} {
			other := s.as(login)
			other.get(prefix + "/user_tickets/").is(200).has(`"count":0`)
			for _, path := range []string{"", "followups/"} {
				other.get(prefix + "/user_tickets/" + id + "/" + path).is(404)
			}
			other.submit(prefix+"/user_tickets/"+id+"/followups/", "comment", "x").is(404)
		}
		s.exec("UPDATE users SET email_verified = 1 WHERE login = 'ned'")
		s.as("ned").get(prefix + "/user_tickets/" + id + "/").is(200)
	})
}

func TestShopsChangesCountAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		carl := s.as("carl")
		me := carl.me()
		change := func(name string, r role, want ...string) {
			t.Helper()
			s.exec("UPDATE users SET name = ?, role = ? WHERE login = 'carl'", name, r)
			carl.get(prefix + "/users/me/").is(200).has(append(want, `"id":`+me+`,`)...)
		}
		carl.get(prefix + "/tickets/").is(403)
		change("Carl Moss", support, `"last_name":"Moss"`, `"is_staff":true`, `"is_superuser":false`)
		carl.get(prefix + "/tickets/").is(200)
		id := carl.submit(prefix+"/tickets/", "queue", fmt.Sprint(s.queues[orders]), "title", "x").is(201).number("id")
		change("Carl", boss, `"last_name":""`, `"is_superuser":true`)
		carl.submit(prefix+"/queues/", "title", "New", "slug", "new").is(201)
		change("Carl Lind", customer, `"last_name":"Lind"`, `"is_staff":false`, `"is_superuser":false`)
		carl.get(prefix + "/tickets/" + id + "/").is(403)
	})
}

func TestDeactivatedAtTheDesk(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		eve, bob := s.as("eve"), s.as("bob")
		me := eve.me()
		bob.send("PATCH", prefix+"/users/"+me+"/", `{"is_active": false}`).is(200).has(`"is_active":false`)
		eve.get(prefix + "/users/me/").is(403)
		eve.get(prefix + "/tickets/").is(403)
		s.exec("UPDATE users SET name = 'Eve Other' WHERE login = 'eve'")
		s.as("eve").get(prefix + "/users/me/").is(403) // the shop does not let her back in
		eve.submit("/orders", "item", "teapot").is(403)
		bob.send("PATCH", prefix+"/users/"+me+"/", `{"is_active": true}`).is(200)
		eve.get(prefix + "/users/me/").is(200).has(`"last_name":"Other"`)
	})
}

// TestNamesakesStayApart: whoever is at the shop called like a user of the
// desk's own is somebody else.
func TestNamesakesStayApart(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		local, err := s.desk.CreateUser(t.Context(), helpdesk.System(),
			&user.User{Username: "Carl", Email: "other@example.com", Active: true, Superuser: true}, "a long pass phrase")
		if err != nil {
			t.Fatal(err)
		}
		carl := s.as("carl")
		me := carl.get(prefix+"/users/me/").is(200).has(`"username":"carl-2"`, `"email":"carl@example.com"`, `"is_superuser":false`)
		if me.number("id") == fmt.Sprint(local.ID) {
			t.Error("the two are one")
		}
		carl.get(prefix+"/users/me/").is(200).has(`"username":"carl-2"`, `"id":`+me.number("id"))
		after, err := s.desk.FindUser(t.Context(), "carl")
		if err != nil || after.ID != local.ID || after.ExternalID != nil || after.Email != local.Email {
			t.Errorf("the desk's own is %+v, %v", after, err)
		}
		s.nobody().with("Authorization", "Basic Y2FybDphIGxvbmcgcGFzcyBwaHJhc2U=").get(prefix + "/users/me/").is(401) // no Basic here
	})
}
