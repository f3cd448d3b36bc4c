-- +goose Up
-- Webhooks, and what is sent to each. Lists are JSON; NULL is none.

CREATE TABLE helpdesk_webhook (
    id           BIGINT AUTO_INCREMENT PRIMARY KEY,
    url          VARCHAR(2048) NOT NULL,
    types        MEDIUMTEXT,
    queue_ids    MEDIUMTEXT,
    description  VARCHAR(255) NOT NULL,
    active       BOOL NOT NULL,
    signing      VARBINARY(32) NOT NULL,
    secret       VARBINARY(100) NOT NULL,
    old_secrets  TEXT,
    owner_id     BIGINT NOT NULL,
    created      BIGINT NOT NULL,
    modified     BIGINT NOT NULL,
    disabled     VARBINARY(32) NOT NULL,
    position     BIGINT NOT NULL,
    paused_until BIGINT,
    lease_holder VARBINARY(255),
    lease_until  BIGINT,
    version      BIGINT NOT NULL DEFAULT 1,
    INDEX helpdesk_webhook_owner (owner_id),
    FOREIGN KEY (owner_id) REFERENCES helpdesk_user (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE helpdesk_delivery (
    id         BIGINT AUTO_INCREMENT PRIMARY KEY,
    webhook_id BIGINT NOT NULL,
    message_id VARBINARY(64) NOT NULL,
    event_id   BIGINT NOT NULL,
    position   BIGINT NOT NULL,
    type       VARBINARY(32) NOT NULL,
    state      VARBINARY(16) NOT NULL,
    created    BIGINT NOT NULL,
    due        BIGINT NOT NULL,
    failures   BIGINT NOT NULL,
    attempts   TEXT,
    INDEX helpdesk_delivery_webhook (webhook_id, id),
    INDEX helpdesk_delivery_due (webhook_id, state, due),
    INDEX helpdesk_delivery_position (webhook_id, state, position),
    FOREIGN KEY (webhook_id) REFERENCES helpdesk_webhook (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

INSERT INTO helpdesk_migration (version, name) VALUES (15, 'webhooks');
