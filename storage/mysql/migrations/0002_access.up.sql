-- +goose Up
-- Users of the host, what is granted to users and groups, and tokens.

ALTER TABLE helpdesk_user
    ADD COLUMN external_id VARBINARY(190),
    ADD COLUMN email_unverified BOOL NOT NULL DEFAULT FALSE,
    ADD COLUMN permissions MEDIUMTEXT,
    ADD UNIQUE INDEX helpdesk_user_external_id (external_id),
    ADD INDEX helpdesk_user_superuser (superuser, active);

CREATE TABLE helpdesk_user_queue (
    user_id  BIGINT NOT NULL,
    queue_id BIGINT NOT NULL,
    PRIMARY KEY (user_id, queue_id),
    INDEX helpdesk_user_queue_queue (queue_id),
    FOREIGN KEY (user_id) REFERENCES helpdesk_user (id) ON DELETE CASCADE,
    FOREIGN KEY (queue_id) REFERENCES helpdesk_queue (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE helpdesk_group (
    id   BIGINT AUTO_INCREMENT PRIMARY KEY,
    name VARBINARY(1000) NOT NULL UNIQUE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE helpdesk_group_user (
    group_id BIGINT NOT NULL,
    user_id  BIGINT NOT NULL,
    PRIMARY KEY (group_id, user_id),
    INDEX helpdesk_group_user_user (user_id),
    FOREIGN KEY (group_id) REFERENCES helpdesk_group (id) ON DELETE CASCADE,
    FOREIGN KEY (user_id) REFERENCES helpdesk_user (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE helpdesk_group_queue (
    group_id BIGINT NOT NULL,
    queue_id BIGINT NOT NULL,
    PRIMARY KEY (group_id, queue_id),
    INDEX helpdesk_group_queue_queue (queue_id),
    FOREIGN KEY (group_id) REFERENCES helpdesk_group (id) ON DELETE CASCADE,
    FOREIGN KEY (queue_id) REFERENCES helpdesk_queue (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE helpdesk_token (
    id        BIGINT AUTO_INCREMENT PRIMARY KEY,
    user_id   BIGINT NOT NULL,
    name      VARCHAR(100) NOT NULL,
    prefix    VARBINARY(100) NOT NULL UNIQUE,
    digest    VARBINARY(100) NOT NULL,
    read_only BOOL NOT NULL,
    created   BIGINT NOT NULL,
    expires   BIGINT,
    last_used BIGINT,
    INDEX helpdesk_token_user (user_id, id),
    FOREIGN KEY (user_id) REFERENCES helpdesk_user (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

INSERT INTO helpdesk_migration (version, name) VALUES (2, 'access');
