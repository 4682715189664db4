-- What many calls have in common is told once: a few rows here, and a small number in each call.
CREATE TABLE call_kinds (
  kind            INTEGER NOT NULL PRIMARY KEY,
  team            TEXT    NOT NULL,
  app             TEXT    NOT NULL,
  key_id          TEXT    NOT NULL,
  operation       TEXT    NOT NULL,
  model_requested TEXT    NOT NULL,
  model           TEXT    NOT NULL,
  region          TEXT    NOT NULL,
  routing         TEXT    NOT NULL,
  mode_requested  TEXT    NOT NULL,
  price_book      TEXT    NOT NULL,
  UNIQUE (team, app, key_id, operation, model_requested, model, region, routing, mode_requested, price_book)
);

CREATE TABLE ending_kinds (
  kind        INTEGER NOT NULL PRIMARY KEY,
  mode        TEXT    NOT NULL,
  state       TEXT    NOT NULL,
  reason      TEXT    NOT NULL,
  cost_status TEXT    NOT NULL,
  price_book  TEXT    NOT NULL,
  http_status INTEGER NOT NULL,
  UNIQUE (mode, state, reason, cost_status, price_book, http_status)
);

-- What was promised: one row for each admitted call, durable before its first byte went out.
CREATE TABLE intents (
  attempt_id        TEXT    NOT NULL PRIMARY KEY,
  started_at_millis INTEGER NOT NULL,
  kind              INTEGER NOT NULL REFERENCES call_kinds (kind),
  reserved_picousd  INTEGER NOT NULL,
  sdk_invocation_id TEXT,
  bytes_in          INTEGER NOT NULL
) WITHOUT ROWID;

-- What it came to: one row for each intent, never edited.
-- units: a JSON array of [unit, count, rate_picousd or null, cost_picousd].
CREATE TABLE entries (
  attempt_id          TEXT    NOT NULL PRIMARY KEY REFERENCES intents (attempt_id),
  ended_at_millis     INTEGER NOT NULL,
  kind                INTEGER NOT NULL REFERENCES ending_kinds (kind),
  cost_picousd        INTEGER NOT NULL,
  upper_bound_picousd INTEGER NOT NULL,
  upstream_request_id TEXT,
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
  c.team,
  c.app,
  c.key_id,
  c.operation,
  c.model_requested,
  c.model,
  c.region,
  c.routing,
  c.mode_requested,
  coalesce(d.mode, c.mode_requested) AS mode,
  coalesce(d.state, 'OPEN') AS state,
  d.reason,
  d.cost_status,
  e.cost_picousd,
  -- Whole dollars and the rest apart, so that no floating point is on the way; abs() of either part cannot overflow.
  rtrim(rtrim(
    CASE WHEN e.cost_picousd < 0 THEN '-' ELSE '' END
      || abs(e.cost_picousd / 1000000000000)
      || printf('.%012d', abs(e.cost_picousd % 1000000000000)), '0'), '.') AS cost_usd,
  coalesce(d.price_book, c.price_book) AS price_book,
  e.upstream_request_id,
  i.sdk_invocation_id,
  d.http_status,
  i.bytes_in,
  e.bytes_out,
  e.corrects,
  i.reserved_picousd,
  e.upper_bound_picousd
FROM intents i
JOIN call_kinds c ON c.kind = i.kind
LEFT JOIN entries e ON e.attempt_id = i.attempt_id
LEFT JOIN ending_kinds d ON d.kind = e.kind;

CREATE VIEW usage_units AS
SELECT
  e.attempt_id,
  json_extract(line.value, '$[0]') AS unit,
  json_extract(line.value, '$[1]') AS count,
  json_extract(line.value, '$[2]') AS rate_picousd,
  json_extract(line.value, '$[3]') AS cost_picousd
FROM entries e, json_each(e.units) AS line;
