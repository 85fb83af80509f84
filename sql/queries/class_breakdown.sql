-- One row is a class or one of its direct kinds (the class first): images verified to show it by that label alone, and by that label
-- or any kind of it, each image once.
-- $label text: the class

-- Numbers stand in for ids inside, the image's by its 64-bit hash, which halves time and memory; that two of ten million images
-- share one has a chance of 3 in a million.
WITH
listed AS (
  SELECT label, row_number() OVER (ORDER BY nth, label) AS n
  FROM (
    SELECT $label AS label, 0 AS nth
    UNION
    SELECT child, 1 FROM class_edges WHERE parent = $label AND relation = 'subcategory' AND child <> $label
  ) AS l
),
kinds AS (
  SELECT l.n, k.descendant AS label
  FROM listed AS l JOIN class_closure AS k ON k.ancestor = l.label
  UNION
  SELECT n, label FROM listed
),
seen AS (SELECT label, hash(image_id) AS image FROM annotations WHERE confidence = 1),
wide AS (
  SELECT k.n, count(DISTINCT s.image) AS images
  FROM seen AS s JOIN kinds AS k ON k.label = s.label
  GROUP BY k.n
),
own AS (
  SELECT label, count(DISTINCT image_id) AS images
  FROM annotations
  WHERE confidence = 1 AND label IN (SELECT label FROM listed)
  GROUP BY label
)
SELECT
  l.label,
  class_name(l.label) AS display_name,
  coalesce(o.images, 0) AS images,
  coalesce(w.images, 0) AS images_with_descendants
FROM listed AS l LEFT JOIN own AS o ON o.label = l.label LEFT JOIN wide AS w ON w.n = l.n
ORDER BY CASE WHEN l.n = 1 THEN 0 ELSE 1 END, images_with_descendants DESC, l.label
