-- One row is one stage of one run: rows in and out, rows taken over from an interrupted run, and the rate.
SELECT
  r.run_id,
  r.command,
  r.started_at,
  s.name AS stage,
  s.version,
  s.rows_in,
  s.rows_out,
  s.rows_resumed,
  s.workers,
  s.seconds,
  CASE WHEN s.seconds > 0 THEN (s.rows_out - s.rows_resumed) / s.seconds END AS rows_per_second
FROM runs AS r, unnest(r.stages) AS u(s)
