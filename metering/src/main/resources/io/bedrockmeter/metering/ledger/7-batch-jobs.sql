-- How a batch job stands whose creation async_jobs tells of: the latest that was heard of it, and whether it was settled.
-- state: in the words of Amazon Bedrock.
-- reserved_picousd: the most that it may cost as far as is known, which is held until it is settled.
-- settled_at_millis: when its entries were recorded; null until then. What a job came to is recorded once.
CREATE TABLE batch_jobs (
  arn               TEXT    NOT NULL PRIMARY KEY REFERENCES async_jobs (arn),
  state             TEXT    NOT NULL,
  reserved_picousd  INTEGER NOT NULL,
  settled_at_millis INTEGER
) WITHOUT ROWID;

-- The entries that a batch job came to.
CREATE TABLE batch_entries (
  attempt_id TEXT NOT NULL PRIMARY KEY REFERENCES entries (attempt_id),
  arn        TEXT NOT NULL REFERENCES batch_jobs (arn)
) WITHOUT ROWID;

-- One row for each batch job that a call of this ledger created. Columns are promises, as those of the other views.
CREATE VIEW usage_batch_jobs AS
SELECT
  a.arn,
  a.attempt_id AS created_by,
  coalesce(b.state, 'Submitted') AS state,
  coalesce(b.reserved_picousd, 0) AS reserved_picousd,
  b.settled_at_millis IS NOT NULL AS settled
FROM async_jobs a
JOIN intents i ON i.attempt_id = a.attempt_id
JOIN call_kinds c ON c.kind = i.kind
LEFT JOIN batch_jobs b ON b.arn = a.arn
WHERE a.arn IS NOT NULL AND a.counts = 1 AND c.operation = 'CreateModelInvocationJob';

-- Which job an entry is of. What was corrected since is found by usage_entries.corrects, as that of calls.
CREATE VIEW usage_batch_entries AS SELECT attempt_id, arn FROM batch_entries;
