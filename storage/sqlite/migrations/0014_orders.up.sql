-- +goose Up
-- Lists of tickets in other orders than that of ids read the tickets of each status in
-- order. The queue and the assignee are in these indexes, so that a list of theirs reads
-- no other rows.

CREATE INDEX helpdesk_ticket_created ON helpdesk_ticket (status, created, id, queue_id, assigned_to);
CREATE INDEX helpdesk_ticket_modified ON helpdesk_ticket (status, modified, id, queue_id, assigned_to);
CREATE INDEX helpdesk_ticket_priority ON helpdesk_ticket (status, priority, id, queue_id, assigned_to);
CREATE INDEX helpdesk_ticket_due_date ON helpdesk_ticket (status, due_date, id, queue_id, assigned_to);

-- Few tickets are merged. The others take no space in the index, and no writes.

DROP INDEX helpdesk_ticket_merged_to;
CREATE INDEX helpdesk_ticket_merged_to ON helpdesk_ticket (merged_to) WHERE merged_to IS NOT NULL;

INSERT INTO helpdesk_migration (version, name) VALUES (14, 'orders');
