-- +goose Up
-- Requests that carried an idempotency key, with their first answers.

CREATE TABLE helpdesk_request (
    id      BLOB NOT NULL PRIMARY KEY,
    content BLOB NOT NULL,
    secret  TEXT NOT NULL,
    answer  BLOB NOT NULL,
    created INTEGER NOT NULL
) STRICT;
CREATE INDEX helpdesk_request_created ON helpdesk_request (created);

INSERT INTO helpdesk_migration (version, name) VALUES (9, 'requests');
