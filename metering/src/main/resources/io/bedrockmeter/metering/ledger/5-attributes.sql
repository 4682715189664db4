-- What narrowed the units of a call down to their price stands beside each line, so that a line can be priced anew from the view.
DROP VIEW usage_units;

CREATE VIEW usage_units AS
SELECT
  e.attempt_id,
  json_extract(line.value, '$[0]') AS unit,
  json_extract(line.value, '$[1]') AS count,
  json_extract(line.value, '$[2]') AS rate_picousd,
  json_extract(line.value, '$[3]') AS cost_picousd,
  e.attributes
FROM entries e, json_each(e.units) AS line;
