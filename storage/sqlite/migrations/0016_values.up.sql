-- +goose Up
-- No statement reads the values of a field by this index. Each value of a ticket is in
-- another part of it, so that a new ticket changed as many pages as there are fields. Without
-- it, deleting a field and giving it another type read all values.

DROP INDEX helpdesk_value_field;

INSERT INTO helpdesk_migration (version, name) VALUES (16, 'values');
