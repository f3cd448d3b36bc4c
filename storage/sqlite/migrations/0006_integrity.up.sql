-- +goose Up
-- A value has the type of its field: the foreign key refuses a value that was read
-- by an outdated definition, and a new type of a field that has values.

CREATE UNIQUE INDEX helpdesk_customfield_type ON helpdesk_customfield (id, data_type);
CREATE TABLE helpdesk_value_new (
    ticket_id INTEGER NOT NULL REFERENCES helpdesk_ticket (id) ON DELETE CASCADE,
    field_id  INTEGER NOT NULL,
    data_type TEXT NOT NULL,
    value     TEXT,
    PRIMARY KEY (ticket_id, field_id),
    FOREIGN KEY (field_id, data_type) REFERENCES helpdesk_customfield (id, data_type) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
INSERT INTO helpdesk_value_new (ticket_id, field_id, data_type, value)
    SELECT v.ticket_id, v.field_id, f.data_type, v.value FROM helpdesk_value v JOIN helpdesk_customfield f ON f.id = v.field_id;
DROP TABLE helpdesk_value;
ALTER TABLE helpdesk_value_new RENAME TO helpdesk_value;
CREATE INDEX helpdesk_value_field ON helpdesk_value (field_id, data_type);

-- Content belongs to one attachment.
DROP INDEX helpdesk_attachment_content;
CREATE UNIQUE INDEX helpdesk_attachment_content ON helpdesk_attachment (content);

INSERT INTO helpdesk_migration (version, name) VALUES (6, 'integrity');
