-- +goose Up
-- Requests that carried an idempotency key, with their first answers.

CREATE TABLE helpdesk_request (
    id      VARBINARY(64) NOT NULL PRIMARY KEY,
    content VARBINARY(64) NOT NULL,
    secret  VARBINARY(255) NOT NULL,
    answer  MEDIUMBLOB NOT NULL,
    created BIGINT NOT NULL,
    INDEX helpdesk_request_created (created)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

INSERT INTO helpdesk_migration (version, name) VALUES (9, 'requests');
