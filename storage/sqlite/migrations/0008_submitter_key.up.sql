-- +goose Up
-- A requester's address matches in either case of ASCII letters: what is compared is
-- the address with these in lower case. lower() changes no other letters.

ALTER TABLE helpdesk_ticket ADD COLUMN submitter_key TEXT;
UPDATE helpdesk_ticket SET submitter_key = lower(submitter_email) WHERE submitter_email IS NOT NULL;

DROP INDEX helpdesk_ticket_submitter_email;
CREATE INDEX helpdesk_ticket_submitter_key ON helpdesk_ticket (submitter_key);
DROP INDEX helpdesk_ticket_narrow;
CREATE INDEX helpdesk_ticket_narrow ON helpdesk_ticket (id, status, queue_id, assigned_to, submitter_key);
DROP INDEX helpdesk_ticket_status;
CREATE INDEX helpdesk_ticket_status ON helpdesk_ticket (status, id, queue_id, assigned_to, submitter_key);

INSERT INTO helpdesk_migration (version, name) VALUES (8, 'submitter_key');
