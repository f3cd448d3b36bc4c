-- +goose Up
-- Webhooks, and what is sent to each. Lists are JSON; NULL is none.

CREATE TABLE helpdesk_webhook (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    url          TEXT NOT NULL,
    types        TEXT,
    queue_ids    TEXT,
    description  TEXT NOT NULL,
    active       INTEGER NOT NULL,
    signing      TEXT NOT NULL,
    secret       TEXT NOT NULL,
    old_secrets  TEXT,
    owner_id     INTEGER NOT NULL REFERENCES helpdesk_user (id) ON DELETE CASCADE,
    created      INTEGER NOT NULL,
    modified     INTEGER NOT NULL,
    disabled     TEXT NOT NULL,
    position     INTEGER NOT NULL,
    paused_until INTEGER,
    lease_holder TEXT,
    lease_until  INTEGER,
    version      INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX helpdesk_webhook_owner ON helpdesk_webhook (owner_id);

CREATE TABLE helpdesk_delivery (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    webhook_id INTEGER NOT NULL REFERENCES helpdesk_webhook (id) ON DELETE CASCADE,
    message_id TEXT NOT NULL,
    event_id   INTEGER NOT NULL,
    position   INTEGER NOT NULL,
    type       TEXT NOT NULL,
    state      TEXT NOT NULL,
    created    INTEGER NOT NULL,
    due        INTEGER NOT NULL,
    failures   INTEGER NOT NULL,
    attempts   TEXT
) STRICT;
CREATE INDEX helpdesk_delivery_webhook ON helpdesk_delivery (webhook_id, id);
CREATE INDEX helpdesk_delivery_due ON helpdesk_delivery (webhook_id, state, due);
CREATE INDEX helpdesk_delivery_position ON helpdesk_delivery (webhook_id, state, position);

INSERT INTO helpdesk_migration (version, name) VALUES (15, 'webhooks');
