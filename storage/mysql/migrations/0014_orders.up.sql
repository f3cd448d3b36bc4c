-- +goose Up
-- Lists of tickets in other orders than that of ids read the tickets of each status in
-- order. The queue and the assignee are in these indexes, so that a list of theirs reads
-- no other rows.

ALTER TABLE helpdesk_ticket
    ADD INDEX helpdesk_ticket_created (status, created, id, queue_id, assigned_to),
    ADD INDEX helpdesk_ticket_modified (status, modified, id, queue_id, assigned_to),
    ADD INDEX helpdesk_ticket_priority (status, priority, id, queue_id, assigned_to),
    ADD INDEX helpdesk_ticket_due_date (status, due_date, id, queue_id, assigned_to);

INSERT INTO helpdesk_migration (version, name) VALUES (14, 'orders');
