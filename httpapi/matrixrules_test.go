package httpapi_test

import (
	"fmt"
	"strings"
)

// run asks for every cell. What it expects is written here once more, in terms
// of the actor and the object alone.
func (m *matrix) run() {
	m.failures = nil
	for _, a := range m.actors {
		m.lists(a)
		m.managed(a)
		m.account(a)
		for _, o := range []object{own, foreign, absent} {
			m.worked(a, o)
			m.references(a, o)
			m.requested(a, o)
		}
	}
}

// ifStaff is the status for those who must be staff.
func (a actor) ifStaff(write bool, status int) int {
	switch {
	case a.name == "anonymous":
		return 401
	case !a.staff, write && a.readOnly:
		return 403
	}
	return status
}

// ifSuperuser is the status for those who must be superusers.
func (a actor) ifSuperuser(status int) int {
	if status = a.ifStaff(true, status); status < 400 && !a.superuser {
		return 403
	}
	return status
}

// ifAnybody is the status for those who must be somebody.
func (a actor) ifAnybody(write bool, status int) int {
	switch {
	case a.name == "anonymous":
		return 401
	case write && a.readOnly:
		return 403
	}
	return status
}

func ok(yes bool, status, otherwise int) int {
	if yes {
		return status
	}
	return otherwise
}

// lists has everybody see their own, and nothing of the others.
func (m *matrix) lists(a actor) {
	for _, path := range []string{"tickets/", "followups/", "followups-attachments/"} {
		m.shows(a, path, m.cell(a, "GET", path, "", "", a.ifStaff(false, 200)), a.works)
		m.shows(a, path, m.cell(a, "GET", path+"?page_size=50", "", "", a.ifStaff(false, 200)), a.works)
	}
	for _, query := range []string{"?ordering=-title&priority__not=5", "?fields=id,title&queue=support,billing",
		"?custom_secret__isnull=0"} {
		m.shows(a, "tickets/", m.cell(a, "GET", "tickets/"+query, "", "", a.ifStaff(false, 200)), a.works)
	}
	m.shows(a, "user_tickets/", m.cell(a, "GET", "user_tickets/", "", "", a.ifAnybody(false, 200)), a.submitted)
	m.shows(a, "user_tickets/", m.cell(a, "GET", "user_tickets/?page_size=50", "", "", a.ifAnybody(false, 200)), a.submitted)
	m.shows(a, "tokens/", m.cell(a, "GET", "tokens/", "", "", a.ifAnybody(false, 200)), a.submitted) // jane's is the own one
}

// shows wants a body to show what the actor may see, a count included.
func (m *matrix) shows(a actor, path, body string, sees [3]bool) {
	for _, o := range []object{own, foreign} {
		if strings.Contains(body, `"`+o.marker()) != sees[o] {
			m.failures = append(m.failures, fmt.Sprintf("%s: /api/%s shows %s: %t, want %t", a.name, path, o.marker(), !sees[o], sees[o]))
		}
	}
	per := map[string]int{"tickets/": 1, "user_tickets/": 1, "tokens/": 1, "followups/": 3, "followups-attachments/": 2}[path]
	count := 0
	for _, o := range []object{own, foreign} {
		if sees[o] {
			count += per
		}
	}
	if strings.HasPrefix(body, `{"count":`) && !strings.HasPrefix(body, fmt.Sprintf(`{"count":%d,`, count)) {
		m.failures = append(m.failures, fmt.Sprintf("%s: /api/%s counts otherwise than %d: %.30s", a.name, path, count, body))
	}
	if !a.staff && strings.Contains(body, "staff-only") {
		m.failures = append(m.failures, fmt.Sprintf("%s: /api/%s tells what is for staff: %s", a.name, path, body))
	}
}

// worked are the items that staff work on.
func (m *matrix) worked(a actor, o object) {
	read, written, deleted := a.ifStaff(false, ok(a.works[o], 200, 404)), a.ifStaff(true, ok(a.works[o], 200, 404)),
		a.ifStaff(true, ok(a.works[o], 204, 404))
	for _, path := range []string{
		fmt.Sprintf("tickets/%d/", m.tickets[o]), fmt.Sprintf("followups/%d/", m.followUps[o]),
		fmt.Sprintf("followups-attachments/%d/", m.files[o]),
	} {
		m.cell(a, "GET", path, "", "", read)
		m.cell(a, "PATCH", path, "application/json", "{}", written)
		m.cell(a, "DELETE", path, "", "", deleted)
	}
	m.cell(a, "GET", fmt.Sprintf("tickets/%d/history/", m.tickets[o]), "", "", read)
	m.cell(a, "GET", fmt.Sprintf("followups-attachments/%d/download/", m.files[o]), "", "", read)
	m.cell(a, "PUT", fmt.Sprintf("tickets/%d/", m.tickets[o]), "application/json", fmt.Sprintf(`{"queue":%d,"title":"x"}`, 1+int(o)%2),
		written)
	m.cell(a, "PUT", fmt.Sprintf("followups/%d/", m.followUps[o]), "application/json", fmt.Sprintf(`{"ticket":%d}`, m.tickets[o]), written)
}

// references are objects named in bodies: those out of reach read like those
// that do not exist.
func (m *matrix) references(a actor, o object) {
	queue := [...]int{1, 2, nothingHere}[o]
	mine := m.tickets[own]
	to := func(yes bool, good int) int { return a.ifStaff(true, ok(yes, good, 400)) }
	m.cell(a, "POST", "tickets/", "application/json", fmt.Sprintf(`{"queue":%d,"title":"x"}`, queue), to(a.queues[o], 201))
	m.cell(a, "POST", "followups/", "application/json", fmt.Sprintf(`{"ticket":%d}`, m.tickets[o]), to(a.works[o], 201))
	if a.works[own] {
		if o != own {
			m.cell(a, "PATCH", fmt.Sprintf("tickets/%d/", mine), "application/json", fmt.Sprintf(`{"merged_to":%d}`, m.tickets[o]),
				to(a.works[o], 200))
		}
		m.cell(a, "PATCH", fmt.Sprintf("tickets/%d/", mine), "application/json", fmt.Sprintf(`{"queue":%d}`, queue),
			to(a.queues[o] || o == own, 200))
		m.cell(a, "PATCH", fmt.Sprintf("followups/%d/", m.followUps[own]), "application/json", fmt.Sprintf(`{"ticket":%d}`, m.tickets[o]),
			to(a.works[o], 200))
		m.cell(a, "PATCH", fmt.Sprintf("followups-attachments/%d/", m.files[own]), "application/json",
			fmt.Sprintf(`{"followup":%d}`, m.followUps[o]), to(a.works[o], 200))
		// A back-link tells nothing, and is left where the actor works only.
		m.cell(a, "POST", "followups/", "application/json", fmt.Sprintf(`{"ticket":%d,"comment":"see #%d"}`, mine, m.tickets[o]),
			a.ifStaff(true, 201))
	}
	contentType, body := form(part{name: "followup", content: number(m.followUps[o])}, part{name: "file", filename: "a.txt", content: "x"})
	m.cell(a, "POST", "followups-attachments/", contentType, body, to(a.works[o], 201))
}

// requested are the tickets as those see them who submitted them.
func (m *matrix) requested(a actor, o object) {
	path := fmt.Sprintf("user_tickets/%d/", m.tickets[o])
	read, written := a.ifAnybody(false, ok(a.submitted[o], 200, 404)), a.ifAnybody(true, ok(a.submitted[o], 201, 404))
	for _, body := range []string{
		m.cell(a, "GET", path, "", "", read),
		m.cell(a, "GET", path+"followups/", "", "", read),
		m.cell(a, "POST", path+"followups/", "application/json", `{"comment":"x"}`, written),
	} {
		if strings.Contains(body, "private") || strings.Contains(body, "staff-only") {
			m.failures = append(m.failures, a.name+" is told what is for staff: "+body)
		}
	}
	m.cell(a, "GET", fmt.Sprintf("%sattachments/%d/download/", path, m.files[o]), "", "", read)
	m.cell(a, "GET", fmt.Sprintf("%sattachments/%d/download/", path, m.privateFiles[o]), "", "", a.ifAnybody(false, 404))
	if a.submitted[own] {
		m.cell(a, "GET", fmt.Sprintf("user_tickets/%d/attachments/%d/download/", m.tickets[own], m.files[o]), "", "",
			ok(o == own, 200, 404))
	}
	m.cell(a, "POST", "user_tickets/", "application/json", fmt.Sprintf(`{"queue":%d,"title":"x"}`, 1+int(o)%2), a.ifAnybody(true, 405))
}

// managed are the resources that staff read and superusers write.
func (m *matrix) managed(a actor) {
	for path, created := range map[string]string{
		"users/":         `{"username":"new","password":"long-enough-9"}`,
		"groups/":        `{"name":"new"}`,
		"queues/":        `{"title":"new","slug":"new"}`,
		"custom-fields/": `{"name":"new","label":"New","data_type":"text"}`,
	} {
		m.cell(a, "GET", path, "", "", a.ifStaff(false, 200))
		m.cell(a, "POST", path, "application/json", created, a.ifSuperuser(201))
		m.cell(a, "GET", path+"1/", "", "", a.ifStaff(false, 200))
		m.cell(a, "PATCH", path+"1/", "application/json", "{}", a.ifSuperuser(200))
		for _, method := range []string{"GET", "PATCH", "DELETE"} {
			status := a.ifStaff(false, 404)
			if method != "GET" {
				status = ok(a.ifSuperuser(200) == 200, 404, a.ifSuperuser(200))
			}
			m.cell(a, method, path+number(nothingHere)+"/", "", "", status)
		}
	}
	m.cell(a, "DELETE", "groups/1/", "", "", a.ifSuperuser(204))
	m.cell(a, "DELETE", "queues/1/", "", "", ok(a.ifSuperuser(204) == 204, 409, a.ifSuperuser(204)))
	m.cell(a, "DELETE", "custom-fields/1/", "", "", a.ifSuperuser(204))
	m.cell(a, "DELETE", "users/4/", "", "", a.ifSuperuser(204))
}

// account is what people do with their own accounts.
func (m *matrix) account(a actor) {
	for _, path := range []string{"users/me/", "user_tickets/queues/", "user_tickets/custom-fields/"} {
		m.cell(a, "GET", path, "", "", a.ifAnybody(false, 200))
	}
	manages := a.ifAnybody(true, 400)
	m.cell(a, "POST", "users/me/password/", "application/json", `{"old_password":"x","new_password":"long-enough-9"}`, manages)
	m.cell(a, "POST", "tokens/", "application/json", "{}", ok(manages == 400, 201, manages))
	for _, o := range []object{own, foreign, absent} {
		sees := o != absent && (a.superuser && !a.readOnly || a.submitted[o]) // whose tokens there are is for managing rights
		m.cell(a, "GET", fmt.Sprintf("tokens/%d/", m.tokens[o]), "", "", a.ifAnybody(false, ok(sees, 200, 404)))
		m.cell(a, "DELETE", fmt.Sprintf("tokens/%d/", m.tokens[o]), "", "", a.ifAnybody(true, ok(sees, 204, 404)))
	}
	m.cell(a, "GET", "tokens/?user=3", "", "", a.ifAnybody(false, ok(a.superuser && !a.readOnly || a.submitted[own], 200, 404)))
	m.cell(a, "GET", "", "", "", 200)
}
