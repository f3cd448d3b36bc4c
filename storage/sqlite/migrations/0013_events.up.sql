-- +goose Up
-- Events, one for each change of an object. The id is the position, too: one transaction
-- writes at a time. AUTOINCREMENT keeps an id from being used again.

CREATE TABLE helpdesk_event (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    type      TEXT NOT NULL,
    time      INTEGER NOT NULL,
    ticket_id INTEGER NOT NULL,
    object_id INTEGER NOT NULL,
    body      BLOB NOT NULL
) STRICT;
CREATE INDEX helpdesk_event_ticket ON helpdesk_event (ticket_id, id, type, object_id);

INSERT INTO helpdesk_migration (version, name) VALUES (13, 'events');
