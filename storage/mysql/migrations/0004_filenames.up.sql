-- +goose Up
-- What attachments are sorted by: the start of a filename in a column of its own,
-- because an index on the start of a column does not sort. An uploaded name fits, of
-- 255 characters at most; of longer ones a sort by the server reads hardly more.
ALTER TABLE helpdesk_attachment
    ADD COLUMN filename_start VARBINARY(1020) AS (LEFT(filename, 1020)) STORED,
    ADD INDEX helpdesk_attachment_start (filename_start),
    DROP INDEX helpdesk_attachment_filename;

INSERT INTO helpdesk_migration (version, name) VALUES (4, 'filenames');
