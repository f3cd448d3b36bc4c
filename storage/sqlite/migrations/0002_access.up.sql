-- +goose Up
-- Users of the host, what is granted to users and groups, and tokens.

ALTER TABLE helpdesk_user ADD COLUMN external_id TEXT;
ALTER TABLE helpdesk_user ADD COLUMN email_unverified INTEGER NOT NULL DEFAULT 0;
ALTER TABLE helpdesk_user ADD COLUMN permissions TEXT;
CREATE UNIQUE INDEX helpdesk_user_external_id ON helpdesk_user (external_id);
CREATE INDEX helpdesk_user_superuser ON helpdesk_user (superuser, active);

CREATE TABLE helpdesk_user_queue (
    user_id  INTEGER NOT NULL REFERENCES helpdesk_user (id) ON DELETE CASCADE,
    queue_id INTEGER NOT NULL REFERENCES helpdesk_queue (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, queue_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX helpdesk_user_queue_queue ON helpdesk_user_queue (queue_id);

CREATE TABLE helpdesk_group (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE helpdesk_group_user (
    group_id INTEGER NOT NULL REFERENCES helpdesk_group (id) ON DELETE CASCADE,
    user_id  INTEGER NOT NULL REFERENCES helpdesk_user (id) ON DELETE CASCADE,
    PRIMARY KEY (group_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX helpdesk_group_user_user ON helpdesk_group_user (user_id);

CREATE TABLE helpdesk_group_queue (
    group_id INTEGER NOT NULL REFERENCES helpdesk_group (id) ON DELETE CASCADE,
    queue_id INTEGER NOT NULL REFERENCES helpdesk_queue (id) ON DELETE CASCADE,
    PRIMARY KEY (group_id, queue_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX helpdesk_group_queue_queue ON helpdesk_group_queue (queue_id);

CREATE TABLE helpdesk_token (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id   INTEGER NOT NULL REFERENCES helpdesk_user (id) ON DELETE CASCADE,
    name      TEXT NOT NULL,
    prefix    TEXT NOT NULL UNIQUE,
    digest    BLOB NOT NULL,
    read_only INTEGER NOT NULL,
    created   INTEGER NOT NULL,
    expires   INTEGER,
    last_used INTEGER
) STRICT;
CREATE INDEX helpdesk_token_user ON helpdesk_token (user_id, id);

INSERT INTO helpdesk_migration (version, name) VALUES (2, 'access');
