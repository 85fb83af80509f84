-- One row is one class: images verified to show it by that label alone, and by that label or any kind of it (each image once).
-- $limit integer = 50: rows at most, the most frequent classes first
-- Only classes with kinds below them need the join. Inside it numbers stand in for ids, the image's by its 64-bit hash: half
-- the time and memory, and a hub of ten million images has two with one hash once in 300,000 hubs.
WITH
parents AS (
  SELECT parent AS label, row_number() OVER () AS n
  FROM (SELECT DISTINCT parent FROM class_edges WHERE relation = 'subcategory') AS p
),
kinds AS (
  SELECT p.n, c.descendant AS label
  FROM class_closure AS c JOIN parents AS p ON p.label = c.ancestor
),
own AS (SELECT label, count(DISTINCT image_id) AS images FROM annotations WHERE confidence = 1 GROUP BY label),
wide AS (
  SELECT k.n, count(DISTINCT hash(a.image_id)) AS images
  FROM annotations AS a JOIN kinds AS k ON k.label = a.label
  WHERE a.confidence = 1
  GROUP BY k.n
),
counted AS (
  SELECT p.label, coalesce(o.images, 0) AS images, w.images AS images_with_descendants
  FROM wide AS w JOIN parents AS p ON p.n = w.n LEFT JOIN own AS o ON o.label = p.label
  UNION ALL
  SELECT label, images, images FROM own WHERE label NOT IN (SELECT label FROM parents)
)
SELECT t.label, coalesce(c.display_name, t.label) AS display_name, t.images, t.images_with_descendants
FROM counted AS t LEFT JOIN classes AS c ON c.label = t.label
ORDER BY t.images_with_descendants DESC, t.label
LIMIT $limit
