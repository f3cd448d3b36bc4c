-- +goose Up
-- Users by name, by address and of the staff, and follow-ups of a user, are found in an
-- index. That of the dates has all that a list of follow-ups is filtered by, since rows
-- are twenty times as large.

ALTER TABLE helpdesk_user ADD COLUMN email_key VARBINARY(1016) NOT NULL DEFAULT '';

UPDATE helpdesk_user SET email_key =
    REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(
    REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(email
    , 'A', 'a'), 'B', 'b'), 'C', 'c'), 'D', 'd'), 'E', 'e'), 'F', 'f'), 'G', 'g'), 'H', 'h'), 'I', 'i')
    , 'J', 'j'), 'K', 'k'), 'L', 'l'), 'M', 'm'), 'N', 'n'), 'O', 'o'), 'P', 'p'), 'Q', 'q'), 'R', 'r')
    , 'S', 's'), 'T', 't'), 'U', 'u'), 'V', 'v'), 'W', 'w'), 'X', 'x'), 'Y', 'y'), 'Z', 'z');

ALTER TABLE helpdesk_user
    ADD INDEX helpdesk_user_email_key (email_key),
    ADD INDEX helpdesk_user_username (username, id, staff, active),
    ADD INDEX helpdesk_user_staff (staff, id, active);

ALTER TABLE helpdesk_followup
    DROP INDEX helpdesk_followup_user,
    ADD INDEX helpdesk_followup_user (user_id, date, id),
    DROP INDEX helpdesk_followup_date,
    ADD INDEX helpdesk_followup_date (date, id, ticket_id, user_id, public, new_status);

INSERT INTO helpdesk_migration (version, name) VALUES (10, 'lists');
