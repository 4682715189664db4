-- A call that may begin an asynchronous invocation, durable before it goes out; and what it began, once that is known. A call
-- that is repeated with its token begins nothing more, though the answer of the first one was lost.
-- key_id: the only key that owns the invocation; null if it belongs to all keys of the application.
-- token: the client request token; null if the call has none.
-- arn: of the invocation; null until an answer named it. Only the row of the call that is charged for it has it.
-- counts: 1 if this call is charged for the invocation.
ALTER TABLE async_jobs RENAME TO async_jobs_before;

CREATE TABLE async_jobs (
  attempt_id      TEXT    NOT NULL PRIMARY KEY REFERENCES intents (attempt_id),
  team            TEXT    NOT NULL,
  app             TEXT    NOT NULL,
  key_id          TEXT,
  token           TEXT,
  arn             TEXT    UNIQUE,
  counts          INTEGER NOT NULL DEFAULT 0,
  begun_at_millis INTEGER NOT NULL
) WITHOUT ROWID;

INSERT INTO async_jobs SELECT attempt_id, team, app, key_id, NULL, arn, 1, begun_at_millis FROM async_jobs_before;

DROP TABLE async_jobs_before;

CREATE INDEX async_jobs_by_token ON async_jobs (token) WHERE token IS NOT NULL;
