-- One row is one stage of one run, the newest runs first: rows, rows taken over from an interrupted run, seconds, rows a second.
-- $limit integer = 50: rows at most
SELECT run_id, command, started_at, stage, rows_in, rows_out, rows_resumed, workers, seconds, rows_per_second
FROM run_stages
ORDER BY started_at DESC, run_id, stage
LIMIT $limit
