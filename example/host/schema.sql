-- What the shop had before it had a help desk, whose tables are helpdesk_….

CREATE TABLE IF NOT EXISTS users (
    id             INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again: the desk knows people by it
    login          TEXT NOT NULL UNIQUE,
    name           TEXT NOT NULL,
    email          TEXT NOT NULL,
    email_verified INTEGER NOT NULL,
    role           TEXT NOT NULL CHECK (role IN ('customer', 'support', 'boss')),
    password       TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS sessions (
    digest  BLOB PRIMARY KEY, -- a copy of the database lets nobody in
    person  INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    expires INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS orders (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    person INTEGER NOT NULL REFERENCES users,
    item   TEXT NOT NULL,
    ticket INTEGER -- no reference: the desk may delete it
) STRICT;
