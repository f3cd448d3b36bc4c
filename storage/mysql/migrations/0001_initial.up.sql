-- +goose Up
-- Text that is compared or sorted is VARBINARY: the bytes of UTF-8, in which any
-- two different texts differ and whose order is that of code points. No collation
-- does that on every server: utf8mb4_bin takes 'a' and 'a ' for the same.
-- Times are microseconds since 1970. Ends of statements are ends of lines.

CREATE TABLE helpdesk_migration (
    version BIGINT PRIMARY KEY,
    name    VARCHAR(100) NOT NULL,
    applied TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE helpdesk_user (
    id            BIGINT AUTO_INCREMENT PRIMARY KEY,
    username_key  VARBINARY(191) NOT NULL UNIQUE,
    username      VARCHAR(150) NOT NULL,
    first_name    VARCHAR(150) NOT NULL,
    last_name     VARCHAR(150) NOT NULL,
    email         VARCHAR(254) NOT NULL,
    active        BOOL NOT NULL,
    staff         BOOL NOT NULL,
    superuser     BOOL NOT NULL,
    password_hash VARCHAR(1000) NOT NULL,
    created       BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE helpdesk_queue (
    id                      BIGINT AUTO_INCREMENT PRIMARY KEY,
    title                   VARCHAR(1000) NOT NULL,
    slug                    VARBINARY(1000) NOT NULL UNIQUE,
    email_address           VARCHAR(1000),
    allow_public_submission BOOL NOT NULL,
    default_owner           BIGINT,
    INDEX helpdesk_queue_default_owner (default_owner),
    FOREIGN KEY (default_owner) REFERENCES helpdesk_user (id) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE helpdesk_customfield (
    id                   BIGINT AUTO_INCREMENT PRIMARY KEY,
    name                 VARBINARY(1000) NOT NULL UNIQUE,
    label                MEDIUMTEXT NOT NULL,
    help_text            MEDIUMTEXT,
    data_type            VARCHAR(100) NOT NULL,
    max_length           BIGINT,
    decimal_places       BIGINT,
    list_values          MEDIUMTEXT,
    empty_selection_list BOOL NOT NULL,
    ordering             BIGINT,
    required             BOOL NOT NULL,
    staff_only           BOOL NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE helpdesk_ticket (
    id              BIGINT AUTO_INCREMENT PRIMARY KEY,
    version         BIGINT NOT NULL DEFAULT 1,
    queue_id        BIGINT NOT NULL,
    title           VARCHAR(200) NOT NULL,
    description     MEDIUMTEXT,
    resolution      MEDIUMTEXT,
    submitter_email VARBINARY(1016),
    assigned_to     BIGINT,
    status          BIGINT NOT NULL,
    on_hold         BOOL NOT NULL,
    priority        BIGINT NOT NULL,
    due_date        BIGINT,
    merged_to       BIGINT,
    created         BIGINT NOT NULL,
    modified        BIGINT NOT NULL,
    secret_key      VARCHAR(1000) NOT NULL,
    INDEX helpdesk_ticket_status (status),
    INDEX helpdesk_ticket_submitter_email (submitter_email),
    INDEX helpdesk_ticket_queue (queue_id),
    INDEX helpdesk_ticket_assigned_to (assigned_to),
    INDEX helpdesk_ticket_merged_to (merged_to),
    FOREIGN KEY (queue_id) REFERENCES helpdesk_queue (id),
    FOREIGN KEY (assigned_to) REFERENCES helpdesk_user (id),
    FOREIGN KEY (merged_to) REFERENCES helpdesk_ticket (id) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE helpdesk_value (
    ticket_id BIGINT NOT NULL,
    field_id  BIGINT NOT NULL,
    value     MEDIUMTEXT,
    PRIMARY KEY (ticket_id, field_id),
    INDEX helpdesk_value_field (field_id),
    FOREIGN KEY (ticket_id) REFERENCES helpdesk_ticket (id) ON DELETE CASCADE,
    FOREIGN KEY (field_id) REFERENCES helpdesk_customfield (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE helpdesk_followup (
    id               BIGINT AUTO_INCREMENT PRIMARY KEY,
    ticket_id        BIGINT NOT NULL,
    user_id          BIGINT,
    title            VARBINARY(4000),
    comment          MEDIUMTEXT,
    public           BOOL NOT NULL,
    new_status       BIGINT,
    time_spent       BIGINT,
    date             BIGINT NOT NULL,
    message_id       TEXT,
    email_recipients MEDIUMTEXT,
    INDEX helpdesk_followup_ticket (ticket_id, date, id),
    INDEX helpdesk_followup_date (date, id),
    INDEX helpdesk_followup_user (user_id),
    FOREIGN KEY (ticket_id) REFERENCES helpdesk_ticket (id) ON DELETE CASCADE,
    FOREIGN KEY (user_id) REFERENCES helpdesk_user (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- An index takes 3072 bytes of a row: of a filename the start, which finds it
-- all the same.
CREATE TABLE helpdesk_attachment (
    id          BIGINT AUTO_INCREMENT PRIMARY KEY,
    followup_id BIGINT NOT NULL,
    filename    VARBINARY(4000) NOT NULL,
    mime_type   VARCHAR(255) NOT NULL,
    size        BIGINT NOT NULL,
    content     VARBINARY(1000) NOT NULL,
    INDEX helpdesk_attachment_followup (followup_id),
    INDEX helpdesk_attachment_filename (filename(255)),
    INDEX helpdesk_attachment_content (content),
    FOREIGN KEY (followup_id) REFERENCES helpdesk_followup (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE helpdesk_content (
    content VARBINARY(1000) NOT NULL,
    number  BIGINT NOT NULL,
    data    MEDIUMBLOB NOT NULL,
    PRIMARY KEY (content, number)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE helpdesk_change (
    id          BIGINT AUTO_INCREMENT PRIMARY KEY,
    ticket_id   BIGINT NOT NULL,
    followup_id BIGINT,
    user_id     BIGINT,
    date        BIGINT NOT NULL,
    field       MEDIUMTEXT NOT NULL,
    old_value   MEDIUMTEXT,
    new_value   MEDIUMTEXT,
    INDEX helpdesk_change_ticket (ticket_id, id),
    INDEX helpdesk_change_followup (followup_id),
    INDEX helpdesk_change_user (user_id),
    FOREIGN KEY (ticket_id) REFERENCES helpdesk_ticket (id) ON DELETE CASCADE,
    FOREIGN KEY (followup_id) REFERENCES helpdesk_followup (id) ON DELETE SET NULL,
    FOREIGN KEY (user_id) REFERENCES helpdesk_user (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

INSERT INTO helpdesk_migration (version, name) VALUES (1, 'initial');
