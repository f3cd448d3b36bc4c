-- +goose Up
-- A user, queue or row that is named is kept by foreign keys without an action:
-- SQLite reports those, unlike RESTRICT, as a foreign key and not as a trigger.

CREATE TABLE helpdesk_migration (
    version INTEGER PRIMARY KEY,
    name    TEXT NOT NULL,
    applied TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
) STRICT;

CREATE TABLE helpdesk_user (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    username_key  TEXT NOT NULL UNIQUE,
    username      TEXT NOT NULL,
    first_name    TEXT NOT NULL,
    last_name     TEXT NOT NULL,
    email         TEXT NOT NULL,
    active        INTEGER NOT NULL,
    staff         INTEGER NOT NULL,
    superuser     INTEGER NOT NULL,
    password_hash TEXT NOT NULL,
    created       INTEGER NOT NULL
) STRICT;

CREATE TABLE helpdesk_queue (
    id                      INTEGER PRIMARY KEY AUTOINCREMENT,
    title                   TEXT NOT NULL,
    slug                    TEXT NOT NULL UNIQUE,
    email_address           TEXT,
    allow_public_submission INTEGER NOT NULL,
    default_owner           INTEGER REFERENCES helpdesk_user (id) ON DELETE SET NULL
) STRICT;
CREATE INDEX helpdesk_queue_default_owner ON helpdesk_queue (default_owner);

CREATE TABLE helpdesk_customfield (
    id                   INTEGER PRIMARY KEY AUTOINCREMENT,
    name                 TEXT NOT NULL UNIQUE,
    label                TEXT NOT NULL,
    help_text            TEXT,
    data_type            TEXT NOT NULL,
    max_length           INTEGER,
    decimal_places       INTEGER,
    list_values          TEXT,
    empty_selection_list INTEGER NOT NULL,
    ordering             INTEGER,
    required             INTEGER NOT NULL,
    staff_only           INTEGER NOT NULL
) STRICT;

CREATE TABLE helpdesk_ticket (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    version         INTEGER NOT NULL DEFAULT 1,
    queue_id        INTEGER NOT NULL REFERENCES helpdesk_queue (id),
    title           TEXT NOT NULL,
    description     TEXT,
    resolution      TEXT,
    submitter_email TEXT,
    assigned_to     INTEGER REFERENCES helpdesk_user (id),
    status          INTEGER NOT NULL,
    on_hold         INTEGER NOT NULL,
    priority        INTEGER NOT NULL,
    due_date        INTEGER,
    merged_to       INTEGER REFERENCES helpdesk_ticket (id) ON DELETE SET NULL,
    created         INTEGER NOT NULL,
    modified        INTEGER NOT NULL,
    secret_key      TEXT NOT NULL
) STRICT;
CREATE INDEX helpdesk_ticket_status ON helpdesk_ticket (status);
CREATE INDEX helpdesk_ticket_submitter_email ON helpdesk_ticket (submitter_email);
CREATE INDEX helpdesk_ticket_queue ON helpdesk_ticket (queue_id);
CREATE INDEX helpdesk_ticket_assigned_to ON helpdesk_ticket (assigned_to);
CREATE INDEX helpdesk_ticket_merged_to ON helpdesk_ticket (merged_to);

CREATE TABLE helpdesk_value (
    ticket_id INTEGER NOT NULL REFERENCES helpdesk_ticket (id) ON DELETE CASCADE,
    field_id  INTEGER NOT NULL REFERENCES helpdesk_customfield (id) ON DELETE CASCADE,
    value     TEXT,
    PRIMARY KEY (ticket_id, field_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX helpdesk_value_field ON helpdesk_value (field_id);

CREATE TABLE helpdesk_followup (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket_id        INTEGER NOT NULL REFERENCES helpdesk_ticket (id) ON DELETE CASCADE,
    user_id          INTEGER REFERENCES helpdesk_user (id),
    title            TEXT,
    comment          TEXT,
    public           INTEGER NOT NULL,
    new_status       INTEGER,
    time_spent       INTEGER,
    date             INTEGER NOT NULL,
    message_id       TEXT,
    email_recipients TEXT
) STRICT;
CREATE INDEX helpdesk_followup_ticket ON helpdesk_followup (ticket_id, date, id);
CREATE INDEX helpdesk_followup_date ON helpdesk_followup (date, id);
CREATE INDEX helpdesk_followup_user ON helpdesk_followup (user_id);

CREATE TABLE helpdesk_attachment (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    followup_id INTEGER NOT NULL REFERENCES helpdesk_followup (id) ON DELETE CASCADE,
    filename    TEXT NOT NULL,
    mime_type   TEXT NOT NULL,
    size        INTEGER NOT NULL,
    content     TEXT NOT NULL
) STRICT;
CREATE INDEX helpdesk_attachment_followup ON helpdesk_attachment (followup_id);
CREATE INDEX helpdesk_attachment_filename ON helpdesk_attachment (filename, id);
CREATE INDEX helpdesk_attachment_content ON helpdesk_attachment (content);

CREATE TABLE helpdesk_content (
    content TEXT NOT NULL,
    number  INTEGER NOT NULL,
    data    BLOB NOT NULL,
    PRIMARY KEY (content, number)
) STRICT;

CREATE TABLE helpdesk_change (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket_id   INTEGER NOT NULL REFERENCES helpdesk_ticket (id) ON DELETE CASCADE,
    followup_id INTEGER REFERENCES helpdesk_followup (id) ON DELETE SET NULL,
    user_id     INTEGER REFERENCES helpdesk_user (id),
    date        INTEGER NOT NULL,
    field       TEXT NOT NULL,
    old_value   TEXT,
    new_value   TEXT
) STRICT;
CREATE INDEX helpdesk_change_ticket ON helpdesk_change (ticket_id, id);
CREATE INDEX helpdesk_change_followup ON helpdesk_change (followup_id);
CREATE INDEX helpdesk_change_user ON helpdesk_change (user_id);

INSERT INTO helpdesk_migration (version, name) VALUES (1, 'initial');
