-- Who began an asynchronous invocation, so that nobody else is told of it. One row for each, kept for good.
-- key_id: the only key that owns it; null if it belongs to all keys of the application.
CREATE TABLE async_jobs (
  arn             TEXT    NOT NULL PRIMARY KEY,
  team            TEXT    NOT NULL,
  app             TEXT    NOT NULL,
  key_id          TEXT,
  attempt_id      TEXT    NOT NULL REFERENCES intents (attempt_id),
  begun_at_millis INTEGER NOT NULL
) WITHOUT ROWID;
