-- +goose Up
-- A title is compared by its bytes, which is the order of code points. A comparison of
-- text would ignore spaces at the end.

ALTER TABLE helpdesk_ticket MODIFY title VARBINARY(800) NOT NULL;

INSERT INTO helpdesk_migration (version, name) VALUES (11, 'titles');
