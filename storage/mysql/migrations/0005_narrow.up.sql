-- +goose Up
-- Lists are found in an index that has all that filters and scopes ask for, in the
-- order of ids: of all tickets, and of those of a status. Rows are twenty times as large.

ALTER TABLE helpdesk_ticket
    DROP INDEX helpdesk_ticket_narrow,
    ADD INDEX helpdesk_ticket_narrow (id, status, queue_id, assigned_to, submitter_email),
    DROP INDEX helpdesk_ticket_status,
    ADD INDEX helpdesk_ticket_status (status, id, queue_id, assigned_to, submitter_email);

-- Called as it is elsewhere.
ALTER TABLE helpdesk_attachment
    DROP INDEX helpdesk_attachment_start,
    ADD INDEX helpdesk_attachment_filename (filename_start);

INSERT INTO helpdesk_migration (version, name) VALUES (5, 'narrow');
