-- The shape of message-db, the event store that people put on PostgreSQL: one table of messages in streams, and a
-- function that appends one message if its stream is at the version that the caller expects. A lock on the category,
-- which is the stream's name up to the first dash, is held until the commit, so that readers of a category see no gap.
-- Fair to ours: it appends on a condition, durably, keeps JSON and three indexes; and one category for all, because our
-- log has one order for all. message_db.pgbench calls it.
CREATE TABLE messages (
    global_position bigserial PRIMARY KEY,
    position        bigint    NOT NULL,
    time            timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'utc'),
    stream_name     text      NOT NULL,
    type            text      NOT NULL,
    data            jsonb,
    metadata        jsonb,
    id              uuid      NOT NULL
);
CREATE UNIQUE INDEX messages_id ON messages (id);
CREATE UNIQUE INDEX messages_stream ON messages (stream_name, position);
CREATE UNIQUE INDEX messages_category ON messages (split_part(stream_name, '-', 1), global_position);

CREATE FUNCTION write_message(
    id uuid, stream_name text, type text, data jsonb, metadata jsonb, expected_version bigint
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    version bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(split_part(write_message.stream_name, '-', 1), 0));
    SELECT coalesce(max(messages.position), -1) INTO version
        FROM messages WHERE messages.stream_name = write_message.stream_name;
    IF version <> write_message.expected_version THEN
        RAISE EXCEPTION '% is at version %, not at %', write_message.stream_name, version, expected_version;
    END IF;
    INSERT INTO messages (position, stream_name, type, data, metadata, id)
        VALUES (version + 1, write_message.stream_name, write_message.type, write_message.data,
                write_message.metadata, write_message.id);
    RETURN version + 1;
END $$;
