-- +goose Up
-- Nothing changes here: SQLite compares titles by their bytes. The files of both databases
-- have the same numbers and names.

INSERT INTO helpdesk_migration (version, name) VALUES (11, 'titles');
