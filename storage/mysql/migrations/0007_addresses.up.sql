-- +goose Up
-- Where passwords were right, and the key under which addresses are kept.

CREATE TABLE helpdesk_known_address (
    user_id    BIGINT NOT NULL,
    digest     VARBINARY(64) NOT NULL,
    last_right BIGINT NOT NULL,
    PRIMARY KEY (user_id, digest),
    FOREIGN KEY (user_id) REFERENCES helpdesk_user (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE helpdesk_secret (
    name  VARBINARY(100) NOT NULL PRIMARY KEY,
    value VARBINARY(100) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

INSERT INTO helpdesk_migration (version, name) VALUES (7, 'addresses');
