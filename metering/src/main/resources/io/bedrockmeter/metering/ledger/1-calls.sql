-- What was promised: one row for each admitted call, durable before its first byte went out.
CREATE TABLE intents (
  attempt_id        TEXT    NOT NULL PRIMARY KEY,
  started_at_millis INTEGER NOT NULL,
  team              TEXT    NOT NULL,
  app               TEXT    NOT NULL,
  key_id            TEXT    NOT NULL,
  operation         TEXT    NOT NULL,
  model_requested   TEXT    NOT NULL,
  model             TEXT    NOT NULL,
  region            TEXT    NOT NULL,
  routing           TEXT    NOT NULL,
  mode_requested    TEXT    NOT NULL,
  reserved_picousd  INTEGER NOT NULL,
  price_book        TEXT    NOT NULL,
  sdk_invocation_id TEXT,
  bytes_in          INTEGER NOT NULL
) WITHOUT ROWID;

-- What it came to: one row for each intent, never edited.
-- units: a JSON array of [unit, count, rate_picousd or null, cost_picousd].
CREATE TABLE entries (
  attempt_id          TEXT    NOT NULL PRIMARY KEY REFERENCES intents (attempt_id),
  ended_at_millis     INTEGER NOT NULL,
  mode                TEXT    NOT NULL,
  state               TEXT    NOT NULL,
  reason              TEXT    NOT NULL,
  cost_status         TEXT    NOT NULL,
  cost_picousd        INTEGER NOT NULL,
  upper_bound_picousd INTEGER NOT NULL,
  price_book          TEXT    NOT NULL,
  upstream_request_id TEXT,
  http_status         INTEGER NOT NULL,
  bytes_out           INTEGER NOT NULL,
  units               TEXT    NOT NULL,
  corrects            TEXT
) WITHOUT ROWID;

-- The public face. Columns are promises; the tables are not.
CREATE VIEW usage_entries AS
SELECT
  i.attempt_id,
  strftime('%Y-%m-%dT%H:%M:%S', i.started_at_millis / 1000, 'unixepoch')
    || printf('.%03dZ', i.started_at_millis % 1000) AS started_at,
  strftime('%Y-%m-%dT%H:%M:%S', e.ended_at_millis / 1000, 'unixepoch')
    || printf('.%03dZ', e.ended_at_millis % 1000) AS ended_at,
  i.team,
  i.app,
  i.key_id,
  i.operation,
  i.model_requested,
  i.model,
  i.region,
  i.routing,
  i.mode_requested,
  coalesce(e.mode, i.mode_requested) AS mode,
  coalesce(e.state, 'OPEN') AS state,
  e.reason,
  e.cost_status,
  e.cost_picousd,
  -- Whole dollars and the rest apart, so that no floating point is on the way; abs() of either part cannot overflow.
  rtrim(rtrim(
    CASE WHEN e.cost_picousd < 0 THEN '-' ELSE '' END
      || abs(e.cost_picousd / 1000000000000)
      || printf('.%012d', abs(e.cost_picousd % 1000000000000)), '0'), '.') AS cost_usd,
  coalesce(e.price_book, i.price_book) AS price_book,
  e.upstream_request_id,
  i.sdk_invocation_id,
  e.http_status,
  i.bytes_in,
  e.bytes_out,
  e.corrects,
  i.reserved_picousd,
  e.upper_bound_picousd
FROM intents i
LEFT JOIN entries e ON e.attempt_id = i.attempt_id;

CREATE VIEW usage_units AS
SELECT
  e.attempt_id,
  json_extract(line.value, '$[0]') AS unit,
  json_extract(line.value, '$[1]') AS count,
  json_extract(line.value, '$[2]') AS rate_picousd,
  json_extract(line.value, '$[3]') AS cost_picousd
FROM entries e, json_each(e.units) AS line;
