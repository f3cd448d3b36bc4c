-- +goose Up
-- Events, one for each change of an object. An event gets its position after its commit,
-- from the one row of helpdesk_event_sequence.

CREATE TABLE helpdesk_event (
    id        BIGINT AUTO_INCREMENT PRIMARY KEY,
    position  BIGINT,
    type      VARBINARY(32) NOT NULL,
    time      BIGINT NOT NULL,
    ticket_id BIGINT NOT NULL,
    object_id BIGINT NOT NULL,
    body      BLOB NOT NULL,
    INDEX helpdesk_event_position (position),
    INDEX helpdesk_event_ticket (ticket_id, position, type, object_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE helpdesk_event_sequence (
    id       BIGINT NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

INSERT INTO helpdesk_event_sequence (id, position) VALUES (1, 0);

INSERT INTO helpdesk_migration (version, name) VALUES (13, 'events');
