-- +goose Up
-- A requester's address matches in either case of ASCII letters: what is compared is
-- the address with these in lower case. LOWER() leaves VARBINARY alone, and would
-- change other letters of text.

ALTER TABLE helpdesk_ticket ADD COLUMN submitter_key VARBINARY(1016);

UPDATE helpdesk_ticket SET submitter_key =
    REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(
    REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(submitter_email
    , 'A', 'a'), 'B', 'b'), 'C', 'c'), 'D', 'd'), 'E', 'e'), 'F', 'f'), 'G', 'g'), 'H', 'h'), 'I', 'i')
    , 'J', 'j'), 'K', 'k'), 'L', 'l'), 'M', 'm'), 'N', 'n'), 'O', 'o'), 'P', 'p'), 'Q', 'q'), 'R', 'r')
    , 'S', 's'), 'T', 't'), 'U', 'u'), 'V', 'v'), 'W', 'w'), 'X', 'x'), 'Y', 'y'), 'Z', 'z')
    WHERE submitter_email IS NOT NULL;

ALTER TABLE helpdesk_ticket
    DROP INDEX helpdesk_ticket_submitter_email,
    ADD INDEX helpdesk_ticket_submitter_key (submitter_key),
    DROP INDEX helpdesk_ticket_narrow,
    ADD INDEX helpdesk_ticket_narrow (id, status, queue_id, assigned_to, submitter_key),
    DROP INDEX helpdesk_ticket_status,
    ADD INDEX helpdesk_ticket_status (status, id, queue_id, assigned_to, submitter_key);

INSERT INTO helpdesk_migration (version, name) VALUES (8, 'submitter_key');
