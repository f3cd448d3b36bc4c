-- +goose Up
-- How often a row was written. Tickets had this from the beginning.

ALTER TABLE helpdesk_user ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE helpdesk_queue ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE helpdesk_customfield ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE helpdesk_group ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE helpdesk_token ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE helpdesk_followup ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE helpdesk_attachment ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

INSERT INTO helpdesk_migration (version, name) VALUES (12, 'versions');
