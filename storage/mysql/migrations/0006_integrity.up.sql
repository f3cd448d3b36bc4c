-- +goose Up
-- A value has the type of its field: the foreign key refuses a value that was read
-- by an outdated definition, and a new type of a field that has values.

ALTER TABLE helpdesk_customfield ADD UNIQUE INDEX helpdesk_customfield_type (id, data_type);
CREATE TABLE helpdesk_value_new (
    ticket_id BIGINT NOT NULL,
    field_id  BIGINT NOT NULL,
    data_type VARCHAR(100) NOT NULL,
    value     MEDIUMTEXT,
    PRIMARY KEY (ticket_id, field_id),
    INDEX helpdesk_value_field (field_id, data_type),
    FOREIGN KEY (ticket_id) REFERENCES helpdesk_ticket (id) ON DELETE CASCADE,
    FOREIGN KEY (field_id, data_type) REFERENCES helpdesk_customfield (id, data_type) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
INSERT INTO helpdesk_value_new (ticket_id, field_id, data_type, value)
    SELECT v.ticket_id, v.field_id, f.data_type, v.value FROM helpdesk_value v JOIN helpdesk_customfield f ON f.id = v.field_id;
DROP TABLE helpdesk_value;
ALTER TABLE helpdesk_value_new RENAME TO helpdesk_value;

-- Content belongs to one attachment.
ALTER TABLE helpdesk_attachment
    DROP INDEX helpdesk_attachment_content,
    ADD UNIQUE INDEX helpdesk_attachment_content (content);

INSERT INTO helpdesk_migration (version, name) VALUES (6, 'integrity');
