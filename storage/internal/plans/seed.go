package plans

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
)

// How many rows Seed makes of what: four follow-ups on each ticket, the first with a
// file; three values and two changes of each. Statuses, submitters and queues differ
// in how many tickets have them.
const (
	ticketCount = 5000
	people      = 300
)

// Some of the rows, of which Reads read.
const (
	someStaff   = 5    // is granted queues 5 and 6, and 7 and 9 as one of a group
	granted     = 2007 // a ticket in queue 5, and the file on it
	opening     = 8025 // its first follow-up
	ownTicket   = 8    // of user7@example.com, and the file on it
	mergeTarget = 2
	someFile    = "screenshot 1000.png"
	someContent = "content 7"
	someWebhook = 6

	epoch  = 1_700_000_000_000_000
	minute = 60_000_000
)

// numbers are n from 0 and k from 0 to 9, in the SQL of all databases.
const numbers = `WITH digit(k) AS (SELECT 0 UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL
	SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9),
numbers(n) AS (SELECT a.k + 10 * b.k + 100 * c.k + 1000 * d.k FROM digit a, digit b, digit c, digit d)`

// rows are those of a table: for each of the first n numbers k of them.
type rows struct {
	table, columns, values string
	n, k                   int
}

// seed is in an order in which rows name only such as are there.
var seed = []rows{
	{"helpdesk_user", "id, username_key, username, first_name, last_name, email, active, staff, superuser, password_hash, " +
		"created, external_id",
		"n + 1, CONCAT('user', n + 1), CONCAT('user', n + 1), 'First', 'Last', CONCAT('user', n + 1, '@example.com'), " +
			"n % 9 > 0, n < 60, n % 20 = 1, " +
			"'HASH', EPOCH, CASE WHEN n % 2 = 0 THEN CONCAT('host ', n + 1) END", people, 1},
	{"helpdesk_token", "id, user_id, name, prefix, digest, read_only, created",
		"n + 1, 1 + n % 300, 'script', CONCAT('prefix ', n + 1), X'00', 0, EPOCH", 2 * people, 1},
	{"helpdesk_queue", "id, title, slug, allow_public_submission, default_owner",
		"n + 1, CONCAT('Queue ', n + 1), CONCAT('queue', n + 1), n % 2, CASE WHEN n % 3 = 0 THEN n + 1 END", 11, 1},
	{"helpdesk_user_queue", "user_id, queue_id", "n + 1, 1 + (n + 1) * (1 + 2 * k) % 11", 10, 2},
	{"helpdesk_group", "id, name", "n + 1, CONCAT('group ', n + 1)", 20, 1},
	{"helpdesk_group_user", "group_id, user_id", "1 + (n + 1) % 20, n + 1", 60, 1},
	{"helpdesk_group_queue", "group_id, queue_id", "n + 1, 1 + (n + 1) * (1 + 4 * k) % 11", 10, 2},
	{"helpdesk_customfield", "id, name, label, data_type, empty_selection_list, ordering, required, staff_only",
		"n + 1, CONCAT('field', n + 1), 'Field', 'varchar', 0, n, 0, 0", 4, 1},
	{"helpdesk_ticket", "id, queue_id, title, description, resolution, submitter_email, submitter_key, assigned_to, status, " +
		"on_hold, priority, due_date, merged_to, created, modified, secret_key",
		"n + 1, 1 + n % 11, CONCAT('Printer ', n, ' does not answer'), 'LONG', CASE WHEN n % 5 = 0 THEN 'Done.' END, " +
			"SUBMITTER, SUBMITTER, CASE WHEN n % 2 = 0 THEN 1 + n % 37 END, " +
			"CASE n % 20 WHEN 0 THEN 2 WHEN 1 THEN 1 WHEN 2 THEN 1 WHEN 3 THEN 3 WHEN 4 THEN 5 ELSE 4 END, 0, 3, " +
			"CASE WHEN n % 3 = 0 THEN EPOCH + n * MINUTE END, " +
			"CASE WHEN n % 100 = 4 THEN 2 WHEN n % 20 = 4 THEN n - 2 END, EPOCH + n * MINUTE, EPOCH + n * MINUTE, 'secret'",
		ticketCount, 1},
	{"helpdesk_value", "ticket_id, field_id, data_type, value", "n + 1, k + 1, 'varchar', CONCAT('value ', n % 50)", ticketCount, 3},
	{"helpdesk_followup", "id, ticket_id, user_id, title, comment, public, new_status, date",
		"4 * n + k + 1, n + 1, CASE WHEN k > 0 THEN 1 + n % 37 END, CONCAT('Comment ', k), 'LONG', k % 2 = 0, " +
			"CASE WHEN k = 3 THEN 4 END, EPOCH + (n + 10 * k) * MINUTE", ticketCount, 4},
	{"helpdesk_attachment", "id, followup_id, filename, mime_type, size, content",
		"n + 1, 4 * n + 1, CASE WHEN n % 3 = 0 THEN 'log.txt' ELSE CONCAT('screenshot ', n, '.png') END, " +
			"'text/plain', 3, CONCAT('content ', n + 1)", ticketCount, 1},
	{"helpdesk_content", "content, number, data", "CONCAT('content ', n + 1), 0, X'000000'", ticketCount, 1},
	{"helpdesk_change", "id, ticket_id, followup_id, user_id, date, field, old_value, new_value",
		"2 * n + k + 1, n + 1, CASE WHEN k = 0 THEN 4 * n + 4 END, 1 + n % 37, EPOCH + n * MINUTE, 'Status', 'Open', 'Closed'",
		ticketCount, 2},
	{"helpdesk_event", "id, type, time, ticket_id, object_id, body",
		"4 * n + k + 1, CASE k WHEN 0 THEN 'ticket.created' WHEN 3 THEN 'ticket.deleted' ELSE 'ticket.updated' END, " +
			"EPOCH + n * MINUTE, n + 1, n + 1, X'0200000000'", ticketCount, 4},
	{"helpdesk_request", "id, content, secret, answer, created",
		"UNHEX(CONCAT('AB', 1000 + n)), X'00', '', X'000000', EPOCH + n * MINUTE", ticketCount, 1},
	{"helpdesk_webhook", "id, url, description, active, signing, secret, owner_id, created, modified, disabled, position, " +
		"lease_holder, lease_until",
		"n + 1, 'https://example.com', '', n % 4 > 0, 'v1', '', n + 1, EPOCH, EPOCH, '', 4 * n, " +
			"CASE WHEN n % 2 = 0 THEN 'holder' END, CASE WHEN n % 2 = 0 THEN EPOCH END", 12, 1},
	{"helpdesk_delivery", "id, webhook_id, message_id, event_id, position, type, state, created, due, failures",
		"4 * n + k + 1, 1 + n % 12, CONCAT('msg_', 4 * n + k), 4 * n + k + 1, 4 * n + k + 1, 'ticket.updated', " +
			"CASE WHEN n % 5 = 0 THEN 'pending' WHEN n % 100 = 1 THEN 'abandoned' ELSE 'succeeded' END, " +
			"EPOCH + n * MINUTE, EPOCH + n * MINUTE, 0", ticketCount, 4},
}

// Seed fills a database that has the schema and no rows. Tickets are counted in
// blocks of so many ids.
func Seed(ctx context.Context, db *sql.DB, block int) error {
	fit := strings.NewReplacer("SUBMITTER",
		"CASE WHEN n % 4 = 0 THEN 'monitor@example.com' ELSE CONCAT('user', n % 499, '@example.com') END",
		"EPOCH", strconv.FormatInt(epoch, 10), "MINUTE", strconv.Itoa(minute),
		"LONG", strings.Repeat("Nothing helps, whatever one tries. ", 10))
	var all []string
	for _, r := range seed {
		all = append(all, fmt.Sprintf("INSERT INTO %s (%s) %s SELECT %s FROM numbers, digit WHERE n < %d AND k < %d ORDER BY n, k",
			r.table, r.columns, numbers, fit.Replace(r.values), r.n, r.k))
	}
	all = append(all, fmt.Sprintf("INSERT INTO helpdesk_ticket_count (block, shard, n) "+
		"SELECT (id - id %% %d) / %d, 0, COUNT(*) FROM helpdesk_ticket GROUP BY 1", block, block))
	for _, query := range all {
		if _, err := db.ExecContext(ctx, query); err != nil {
			return fmt.Errorf("%.60s: %w", query, err)
		}
	}
	return nil
}
