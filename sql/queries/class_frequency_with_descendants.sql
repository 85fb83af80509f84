-- One row is one class: images verified to show it (confidence 1), and those summed over the class and all kinds of it: there an image
-- that bears the labels of two kinds counts twice. For one class, class_breakdown counts each image once.
-- $limit integer = 50: rows at most, the most frequent classes first
WITH own AS (
  SELECT label, count(DISTINCT image_id) AS images
  FROM annotations
  WHERE confidence = 1
  GROUP BY label
),
wide AS (
  SELECT k.ancestor AS label, sum(o.images) AS labels_with_descendants
  FROM own AS o JOIN class_closure AS k ON k.descendant = o.label
  GROUP BY k.ancestor
  UNION ALL
  SELECT label, images FROM own WHERE label NOT IN (SELECT descendant FROM class_closure)
)
SELECT
  w.label,
  coalesce(c.display_name, w.label) AS display_name,
  coalesce(o.images, 0) AS images,
  w.labels_with_descendants
FROM wide AS w
LEFT JOIN own AS o ON o.label = w.label
LEFT JOIN classes AS c ON c.label = w.label
ORDER BY w.labels_with_descendants DESC, w.label
LIMIT $limit
