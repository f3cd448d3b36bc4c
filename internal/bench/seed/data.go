package main

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/go-helpdesk/helpdesk/ticket"
)

const (
	staffID   = 2 // created after the superuser
	followUps = 4
	sizes     = 5000 // number of different sizes of attachments
)

var (
	tiers = []string{"gold", "silver", "bronze"}
	epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
)

// shape describes how a schema stores tickets.
type shape struct {
	ticket, followUp, attachment, value, content into               // content is optional
	counts                                       string             // the table of counts; "" for none
	types                                        []ticket.FieldType // types of the custom fields, if values have them

	instant  func(time.Time) any
	worked   any // a quarter of an hour
	extra    func(submitter string) []any
	attached func(id, ticket, followUp, size int) []any
}

// into is a table and the columns to insert.
type into struct{ table, columns string }

const (
	ticketColumns = "id, queue_id, title, description, resolution, submitter_email, assigned_to, status, on_hold, priority, " +
		"due_date, merged_to, created, modified"
	followUpColumns = "id, ticket_id, user_id, title, comment, public, new_status, time_spent, date, message_id, email_recipients"
	valueColumns    = "ticket_id, field_id, value"
)

var deskShape = shape{
	ticket:     into{"helpdesk_ticket", ticketColumns + ", secret_key, submitter_key"},
	followUp:   into{"helpdesk_followup", followUpColumns},
	attachment: into{"helpdesk_attachment", "id, followup_id, filename, mime_type, size, content"},
	value:      into{"helpdesk_value", valueColumns + ", data_type"},
	content:    into{"helpdesk_content", "content, number, data"},
	counts:     "helpdesk_ticket_count",
	types:      []ticket.FieldType{ticket.Varchar, ticket.Integer, ticket.List},

	instant: func(t time.Time) any { return t.UnixMicro() },
	worked:  (15 * time.Minute).Microseconds(),
	extra:   func(submitter string) []any { return []any{ticket.NewSecretKey(), ticket.AddressKey(submitter)} },
	attached: func(id, _, followUp, size int) []any {
		return []any{id, followUp, "log.txt", "text/plain", size, contentKey(id)}
	},
}

// floorShape stores times as the texts of the answers.
var floorShape = shape{
	ticket:     into{"ticket", ticketColumns},
	followUp:   into{"followup", followUpColumns},
	attachment: into{"attachment", "id, ticket_id, followup_id, file, filename, mime_type, size"},
	value:      into{"custom", valueColumns},

	instant: func(t time.Time) any { return t.Format(time.RFC3339) },
	worked:  "00:15:00",
	extra:   func(string) []any { return nil },
	attached: func(id, ticket, followUp, size int) []any {
		return []any{id, ticket, followUp, fmt.Sprintf("helpdesk/attachments/%d/%d/log.txt", ticket, followUp), "log.txt", "text/plain",
			size}
	},
}

func (s *shape) ticketRow(i int) []any {
	var text strings.Builder
	for line := range 3 + i%3 {
		fmt.Fprintf(&text, "Line %d: printer %d prints \"error %d\" and stops, as ticket %d says.\n", line+1, i%97, i*7919%1000, i)
	}
	created := epoch.Add(time.Duration(i) * time.Minute)
	var resolution, assigned, due any
	if i%4 >= 2 {
		resolution = "Replaced the tray."
	}
	if i%2 == 0 {
		assigned = staffID
	}
	if i%3 == 0 {
		due = s.instant(created.AddDate(0, 1, 0))
	}
	at, submitter := s.instant(created), fmt.Sprintf("user%d@example.com", i%500)
	return append([]any{i, 1 + i%2, fmt.Sprintf("Ticket %07d: printer %d on floor %d does not answer", i, i%97, i%13), text.String(),
		resolution,
		submitter, assigned, 1 + i%4, i%10 == 0, 1 + i%5, due, nil, at, at}, s.extra(submitter)...)
}

// firstFollowUp returns the id of the first follow-up of a ticket.
func firstFollowUp(ticket int) int { return (ticket-1)*followUps + 1 }

func (s *shape) followUpRow(i, n int) []any {
	var author, status, worked any
	if n%2 == 1 {
		author = staffID
	}
	if n == followUps-1 {
		status, worked = 1+i%4, s.worked
	}
	comment := fmt.Sprintf("Comment %d on ticket %d: we had another look at the printer.\n"+
		"It answers on port %d; turn it off & on, then write to <support>.", n+1, i, 9000+(31*i+n)%1000)
	return []any{firstFollowUp(i) + n, i, author, fmt.Sprintf("Comment %d", n+1), comment, n%2 == 0, status, worked,
		s.instant(epoch.Add(time.Duration(i+10*n) * time.Minute)), nil, nil}
}

func (s *shape) valueRows(i int) [][]any {
	rows := [][]any{{i, 1, fmt.Sprintf("Company %d", i%200)}, {i, 2, fmt.Sprint(i % 50)}, {i, 3, tiers[i%3]}}
	for n, kind := range s.types {
		rows[n] = append(rows[n], string(kind))
	}
	return rows
}

func (s *shape) attachmentRows(i int) [][]any {
	if i%2 == 1 {
		return nil
	}
	return [][]any{s.attached(i/2, i, firstFollowUp(i), size(i))}
}

// contentRows returns the content of a ticket's attachment, or none.
func contentRows(i int) [][]any {
	if i%2 == 1 {
		return nil
	}
	return [][]any{{contentKey(i / 2), 0, bytes.Repeat([]byte("."), size(i))}}
}

func size(ticket int) int { return 1000 + ticket%sizes }

func contentKey(attachment int) string { return fmt.Sprintf("bench-%d", attachment) }

// floorSchema returns the statements that create the floor's tables. The index
// ticket_narrow is for counting.
func floorSchema(mysql bool) []string {
	id, text, tail := "INTEGER PRIMARY KEY AUTOINCREMENT", "TEXT", " WITHOUT ROWID"
	if mysql {
		id, text, tail = "BIGINT AUTO_INCREMENT PRIMARY KEY", "MEDIUMTEXT", ""
	}
	fit := strings.NewReplacer("ID", id, "LONG", text)
	return []string{
		fit.Replace(`CREATE TABLE ticket (id ID, queue_id BIGINT NOT NULL, title VARCHAR(200) NOT NULL, description LONG, resolution LONG,
			submitter_email VARCHAR(254), assigned_to BIGINT, status INT NOT NULL, on_hold INT NOT NULL, priority INT NOT NULL,
			due_date VARCHAR(27), merged_to BIGINT, created VARCHAR(27) NOT NULL, modified VARCHAR(27) NOT NULL)`),
		`CREATE UNIQUE INDEX ticket_narrow ON ticket (id)`,
		fit.Replace(`CREATE TABLE followup (id ID, ticket_id BIGINT NOT NULL, user_id BIGINT, title VARCHAR(200), comment LONG,
			public INT NOT NULL, new_status INT, time_spent VARCHAR(32), date VARCHAR(27) NOT NULL,
			message_id VARCHAR(256), email_recipients LONG)`),
		`CREATE INDEX followup_ticket ON followup (ticket_id, date)`,
		fit.Replace(`CREATE TABLE attachment (id ID, ticket_id BIGINT NOT NULL, followup_id BIGINT NOT NULL, file VARCHAR(1000) NOT NULL,
			filename VARCHAR(1000) NOT NULL, mime_type VARCHAR(255) NOT NULL, size BIGINT NOT NULL)`),
		`CREATE INDEX attachment_ticket ON attachment (ticket_id, followup_id)`,
		fit.Replace(`CREATE TABLE custom (ticket_id BIGINT NOT NULL, field_id INT NOT NULL, value LONG,
			PRIMARY KEY (ticket_id, field_id))`) + tail,
	}
}
