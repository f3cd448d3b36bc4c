-- +goose Up
-- Nothing changes here: an index on a whole filename sorts on SQLite. The files of
-- both databases have the same numbers and names.

INSERT INTO helpdesk_migration (version, name) VALUES (4, 'filenames');
