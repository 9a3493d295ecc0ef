-- What another system needs to follow the table sessions: the search index does. See docs/decisions/0007-session-feed.md.

-- One row at most. With none, or with one that was not read for a day, nothing is written to session_changes.
CREATE TABLE session_feed (
  is_on                  boolean     PRIMARY KEY DEFAULT true CHECK (is_on),
  read_at                timestamptz NOT NULL, -- the reader's last sign of life
  index_uuid             text,                 -- what is filled: the backfill of another one says nothing of it
  backfill_version       bigint      NOT NULL, -- what has a lower version elsewhere was there before this backfill
  backfill_visitor_id    bigint,               -- how far the backfill is, by the key of sessions; null: at its beginning
  backfill_session_start timestamptz,
  backfilled             boolean     NOT NULL DEFAULT false
);

-- The outbox: a row a batch, with the keys of all sessions that it wrote or took away. Its reader looks up how they stand, and
-- deletes the row when it has passed that on: so no commit is missed, in whatever order they come.
CREATE TABLE session_changes (
  change_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  visitor_ids    bigint[]      NOT NULL,
  session_starts timestamptz[] NOT NULL
);

-- Large and soon deleted: compressing them costs more than it saves.
ALTER TABLE session_changes ALTER COLUMN visitor_ids SET STORAGE EXTERNAL, ALTER COLUMN session_starts SET STORAGE EXTERNAL;

-- A reading's number: of two readings of a session the one with the higher number is right.
CREATE SEQUENCE session_feed_version;
