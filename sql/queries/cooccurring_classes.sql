-- One row is one other class of the images verified to show a class: images with both, their share, and the lift
-- (share here over share among all images with a verified class; 1 is chance).
-- $label text: the class
-- $limit integer = 20: rows at most, the most frequent companions first
WITH
seen AS (SELECT DISTINCT image_id, label FROM annotations WHERE confidence = 1),
shown AS (SELECT image_id FROM seen WHERE label = $label),
together AS (
  SELECT s.label, count(*) AS images
  FROM seen AS s JOIN shown AS x ON x.image_id = s.image_id
  WHERE s.label <> $label
  GROUP BY s.label
  ORDER BY images DESC, s.label
  LIMIT $limit
),
alone AS (
  SELECT label, count(*) AS images
  FROM seen
  WHERE label IN (SELECT label FROM together)
  GROUP BY label
)
SELECT
  t.label,
  coalesce(c.display_name, t.label) AS display_name,
  t.images,
  t.images / CAST((SELECT count(*) FROM shown) AS DOUBLE) AS share,
  t.images * CAST((SELECT count(DISTINCT image_id) FROM annotations WHERE confidence = 1) AS DOUBLE)
    / ((SELECT count(*) FROM shown) * CAST(a.images AS DOUBLE)) AS lift
FROM together AS t
JOIN alone AS a ON a.label = t.label
LEFT JOIN classes AS c ON c.label = t.label
ORDER BY t.images DESC, t.label
