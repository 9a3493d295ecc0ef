-- The search_path is the schema of Postgres:Schema, which exists already.

CREATE TYPE event_type AS ENUM ('view', 'addtocart', 'transaction');

-- The key is led by event_time: arrival is nearly in event time, so inserts go to the right edge of the index, which takes them
-- two to three times faster than a key led by visitor_id.
CREATE TABLE events (
  event_time     timestamptz NOT NULL,
  visitor_id     bigint      NOT NULL,
  event          event_type  NOT NULL,
  item_id        bigint      NOT NULL,
  transaction_id bigint,
  PRIMARY KEY (event_time, visitor_id, event, item_id)
);

CREATE TABLE sessions (
  session_id        text        NOT NULL, -- '{visitor_id}-{session_start in Unix ms}'
  visitor_id        bigint      NOT NULL,
  session_start     timestamptz NOT NULL,
  session_end       timestamptz NOT NULL,
  duration_seconds  integer     NOT NULL, -- whole seconds, cut off
  event_count       integer     NOT NULL,
  view_count        integer     NOT NULL,
  cart_count        integer     NOT NULL,
  transaction_count integer     NOT NULL,
  items_viewed      bigint[]    NOT NULL, -- distinct, ascending: a merge is the union of two rows
  items_carted      bigint[]    NOT NULL,
  items_purchased   bigint[]    NOT NULL,
  converted         boolean     NOT NULL,
  PRIMARY KEY (visitor_id, session_start)
);

-- Finds the sessions at or after the horizon when a partition is assigned. They were written last, so a BRIN is enough.
CREATE INDEX sessions_session_end ON sessions USING brin (session_end) WITH (pages_per_range = 32, autosummarize = on);

-- The topics read so far. Of a name's rows the one with the highest generation is current; the count in force is this table's.
CREATE TABLE topics (
  topic_id        uuid   PRIMARY KEY,
  name            text   NOT NULL,
  partition_count integer NOT NULL,
  generation      bigint NOT NULL,
  UNIQUE (name, generation)
);

-- One row per partition. A batch's first statement moves next_offset by compare-and-set: of two consumers that believe to own
-- a partition only one can.
CREATE TABLE partition_offsets (
  topic_id          uuid    NOT NULL REFERENCES topics,
  partition         integer NOT NULL,
  generation        bigint  NOT NULL,
  next_offset       bigint,           -- the next offset to read; null: the log's start
  horizon           bigint  NOT NULL, -- event time in Unix ms, see sessions_session_end
  newest_event_time bigint  NOT NULL, -- Unix ms; only an event at or before it can be stored already
  PRIMARY KEY (topic_id, partition)
) WITH (fillfactor = 50);             -- updated by every batch, in place

CREATE TABLE dead_letters (
  topic_id    uuid        NOT NULL,
  partition   integer     NOT NULL,
  "offset"    bigint      NOT NULL,
  key         bytea,
  payload     bytea,
  reason      text        NOT NULL, -- from a closed list; quotes nothing of the record
  received_at timestamptz NOT NULL,
  PRIMARY KEY (topic_id, partition, "offset")
);

-- Offsets that retention deleted before they were read: from_offset up to, not including, to_offset.
CREATE TABLE lost_ranges (
  topic_id    uuid        NOT NULL,
  partition   integer     NOT NULL,
  from_offset bigint      NOT NULL,
  to_offset   bigint      NOT NULL,
  detected_at timestamptz NOT NULL,
  PRIMARY KEY (topic_id, partition, from_offset)
);

-- What the stored sessions were computed with.
CREATE TABLE settings (
  name  text PRIMARY KEY,
  value text NOT NULL
);
