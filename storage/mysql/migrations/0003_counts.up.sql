-- +goose Up
-- How many tickets there are in each block of 8192 ids, so that to count them and
-- to find a page far behind nobody reads them all. A block has several rows, lest
-- those who add tickets wait for each other.

CREATE TABLE helpdesk_ticket_count (
    block BIGINT NOT NULL,
    shard BIGINT NOT NULL,
    n     BIGINT NOT NULL,
    PRIMARY KEY (block, shard)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

INSERT INTO helpdesk_ticket_count (block, shard, n) SELECT id DIV 8192, 0, COUNT(*) FROM helpdesk_ticket GROUP BY id DIV 8192;

-- Has nothing but ids, so that many fit a page of the file.
ALTER TABLE helpdesk_ticket ADD INDEX helpdesk_ticket_narrow (id);

INSERT INTO helpdesk_migration (version, name) VALUES (3, 'counts');
