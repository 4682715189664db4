-- The kind of call that it turned out to be, where only its answer told which model ran; null where it was what its intent says.
ALTER TABLE entries ADD COLUMN billed_as INTEGER REFERENCES call_kinds (kind);

DROP VIEW usage_entries;

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
  e.upper_bound_picousd,
  coalesce(e.calls, 1) AS calls
FROM intents i
LEFT JOIN entries e ON e.attempt_id = i.attempt_id
JOIN call_kinds c ON c.kind = coalesce(e.billed_as, i.kind)
LEFT JOIN ending_kinds d ON d.kind = e.kind;
