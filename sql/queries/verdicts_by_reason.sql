-- One row is one verdict and one of its reasons (null where there is none): origins with it, their share of all origins, one of them.
-- An origin with several reasons is in several rows.
SELECT
  verdict,
  reason,
  count(*) AS origins,
  count(*) / CAST((SELECT count(*) FROM images) AS DOUBLE) AS share,
  min(origin) AS example
FROM (
  SELECT verdict, origin, unnest(reasons) AS reason FROM images WHERE len(reasons) > 0
  UNION ALL
  SELECT verdict, origin, NULL FROM images WHERE len(reasons) = 0
) AS r
GROUP BY verdict, reason
ORDER BY origins DESC, verdict, reason
