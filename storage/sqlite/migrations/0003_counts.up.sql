-- +goose Up
-- How many tickets there are in each block of 1024 ids, so that to count them and
-- to find a page far behind nobody reads them all.

CREATE TABLE helpdesk_ticket_count (
    block INTEGER NOT NULL,
    shard INTEGER NOT NULL,
    n     INTEGER NOT NULL,
    PRIMARY KEY (block, shard)
) STRICT, WITHOUT ROWID;

INSERT INTO helpdesk_ticket_count (block, shard, n) SELECT id / 1024, 0, COUNT(*) FROM helpdesk_ticket GROUP BY id / 1024;

-- Has nothing but ids, so that many fit a page of the file.
CREATE INDEX helpdesk_ticket_narrow ON helpdesk_ticket (id);

INSERT INTO helpdesk_migration (version, name) VALUES (3, 'counts');
