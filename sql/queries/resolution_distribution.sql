-- One row is a range of the shorter side in pixels (from, below): images that were decoded, their share, orientation and median megapixels.
WITH sized AS (
  SELECT
    CASE
      WHEN least(height, width) < 128 THEN 0
      ELSE CAST(power(2, floor(log2(least(height, width)))) AS INTEGER)
    END AS from_pixels,
    height,
    width
  FROM images
  WHERE height > 0 AND width > 0
)
SELECT
  from_pixels,
  CASE WHEN from_pixels = 0 THEN 128 ELSE 2 * from_pixels END AS below_pixels,
  count(*) AS images,
  count(*) / CAST(sum(count(*)) OVER () AS DOUBLE) AS share,
  count(CASE WHEN width > height THEN 1 END) AS landscape,
  count(CASE WHEN width < height THEN 1 END) AS portrait,
  count(CASE WHEN width = height THEN 1 END) AS square,
  median(CAST(height AS DOUBLE) * width) / 1e6 AS median_megapixels
FROM sized
GROUP BY from_pixels
ORDER BY from_pixels
