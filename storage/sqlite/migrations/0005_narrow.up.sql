-- +goose Up
-- Lists are found in an index that has all that filters and scopes ask for, in the
-- order of ids: of all tickets, and of those of a status. Rows are twenty times as large.
--
-- A database may have these indexes from a time when this was number 4. They are
-- made anew then.

DROP INDEX helpdesk_ticket_narrow;
CREATE INDEX helpdesk_ticket_narrow ON helpdesk_ticket (id, status, queue_id, assigned_to, submitter_email);
DROP INDEX helpdesk_ticket_status;
CREATE INDEX helpdesk_ticket_status ON helpdesk_ticket (status, id, queue_id, assigned_to, submitter_email);

INSERT INTO helpdesk_migration (version, name) VALUES (5, 'narrow');
