-- +goose Up
-- Nothing changes here: the foreign key of the values needs its index. The files of both
-- databases have the same numbers and names.

INSERT INTO helpdesk_migration (version, name) VALUES (16, 'values');
