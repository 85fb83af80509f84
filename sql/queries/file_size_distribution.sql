-- One row is a range of file sizes in bytes (from, below; powers of two, 0 for empty files): images, their share, and the share of all up to there.
WITH ranges AS (
  SELECT
    CASE WHEN bytes < 1 THEN 0 ELSE CAST(power(2, floor(log2(bytes))) AS BIGINT) END AS from_bytes,
    count(*) AS images,
    sum(bytes) AS total_bytes
  FROM images
  WHERE bytes IS NOT NULL
  GROUP BY 1
)
SELECT
  from_bytes,
  CASE WHEN from_bytes = 0 THEN 1 ELSE 2 * from_bytes END AS below_bytes,
  images,
  images / CAST(sum(images) OVER () AS DOUBLE) AS share,
  sum(images) OVER (ORDER BY from_bytes) / CAST(sum(images) OVER () AS DOUBLE) AS cumulative_share,
  total_bytes
FROM ranges
ORDER BY from_bytes
