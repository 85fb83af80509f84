-- One row is one day (UTC) on which runs read images: origins, accepted ones, their bytes, and the accepted ones up to that day.
SELECT
  day,
  origins,
  accepted,
  bytes,
  sum(accepted) OVER (ORDER BY day) AS accepted_so_far
FROM (
  SELECT
    CAST(ingested_at AS DATE) AS day,
    count(*) AS origins,
    count(CASE WHEN verdict = 'accepted' THEN 1 END) AS accepted,
    sum(bytes) AS bytes
  FROM images
  GROUP BY CAST(ingested_at AS DATE)
) AS d
ORDER BY day
