-- +goose Up
-- Users by name, by address and of the staff, and follow-ups of a user, are found in an
-- index. That of the dates has all that a list of follow-ups is filtered by, since rows
-- are twenty times as large.

ALTER TABLE helpdesk_user ADD COLUMN email_key TEXT NOT NULL DEFAULT '';
UPDATE helpdesk_user SET email_key = lower(email);

CREATE INDEX helpdesk_user_email_key ON helpdesk_user (email_key);
CREATE INDEX helpdesk_user_username ON helpdesk_user (username, id, staff, active);
CREATE INDEX helpdesk_user_staff ON helpdesk_user (staff, id, active);

DROP INDEX helpdesk_followup_user;
CREATE INDEX helpdesk_followup_user ON helpdesk_followup (user_id, date, id);
DROP INDEX helpdesk_followup_date;
CREATE INDEX helpdesk_followup_date ON helpdesk_followup (date, id, ticket_id, user_id, public, new_status);

INSERT INTO helpdesk_migration (version, name) VALUES (10, 'lists');
