-- +goose Up
-- Where passwords were right, and the key under which addresses are kept.

CREATE TABLE helpdesk_known_address (
    user_id    INTEGER NOT NULL REFERENCES helpdesk_user (id) ON DELETE CASCADE,
    digest     BLOB NOT NULL,
    last_right INTEGER NOT NULL,
    PRIMARY KEY (user_id, digest)
) STRICT, WITHOUT ROWID;

CREATE TABLE helpdesk_secret (
    name  TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO helpdesk_migration (version, name) VALUES (7, 'addresses');
