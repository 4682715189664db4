-- Provisioned throughput as the meter last saw it.
-- counted_from_millis: what its hours are counted from; never changed.
-- last_seen_millis: it is counted up to the hour that this falls in.
CREATE TABLE holdings (
  arn                 TEXT    NOT NULL PRIMARY KEY,
  model               TEXT    NOT NULL,
  fine_tuned          INTEGER NOT NULL,
  units               INTEGER NOT NULL,
  commitment          TEXT    NOT NULL,
  region              TEXT    NOT NULL,
  expires_at_millis   INTEGER,
  counted_from_millis INTEGER NOT NULL,
  first_seen_millis   INTEGER NOT NULL,
  last_seen_millis    INTEGER NOT NULL
) WITHOUT ROWID;

-- The windows of capacity whose cost is recorded: provisioned throughput by the hour, imported models by five minutes. This row
-- comes in one transaction with the entries, and makes them come once.
CREATE TABLE capacity_windows (
  arn               TEXT    NOT NULL,
  started_at_millis INTEGER NOT NULL,
  PRIMARY KEY (arn, started_at_millis)
) WITHOUT ROWID;

-- Columns are promises, as those of the other views.
CREATE VIEW usage_provisioned AS
SELECT
  arn,
  model,
  units,
  commitment,
  region,
  strftime('%Y-%m-%dT%H:%M:%SZ', expires_at_millis / 1000, 'unixepoch') AS commitment_expires_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', first_seen_millis / 1000, 'unixepoch') AS first_seen_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', last_seen_millis / 1000, 'unixepoch') AS last_seen_at
FROM holdings;
