-- One row is a pair of classes that share images (both verified present), with the share of the rarer class's images (overlap coefficient).
-- $classes integer = 200: only pairs among this many most frequent classes
-- $limit integer = 50: rows at most, the pairs with most images first
WITH
seen AS (SELECT DISTINCT image_id, label FROM annotations WHERE confidence = 1),
frequent AS (SELECT label, count(*) AS images FROM seen GROUP BY label ORDER BY images DESC, label LIMIT $classes),
kept AS (SELECT s.image_id, s.label FROM seen AS s JOIN frequent AS f ON f.label = s.label),
pairs AS (
  SELECT a.label AS label_a, b.label AS label_b, count(*) AS images
  FROM kept AS a JOIN kept AS b ON b.image_id = a.image_id AND b.label > a.label
  GROUP BY a.label, b.label
)
SELECT
  p.label_a,
  class_name(p.label_a) AS name_a,
  p.label_b,
  class_name(p.label_b) AS name_b,
  p.images,
  p.images / CAST(least(a.images, b.images) AS DOUBLE) AS overlap
FROM pairs AS p
JOIN frequent AS a ON a.label = p.label_a
JOIN frequent AS b ON b.label = p.label_b
ORDER BY p.images DESC, p.label_a, p.label_b
LIMIT $limit
