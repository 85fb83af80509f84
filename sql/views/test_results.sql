-- One row is one held-out image of one head and one true class of it (verified present and among the head's classes),
-- with the class that the head ranked first.
SELECT
  s.head_id,
  s.image_id,
  t.label AS actual,
  p.label AS predicted,
  p.probability
FROM splits AS s
JOIN predictions AS p ON p.head_id = s.head_id AND p.image_id = s.image_id AND p.rank = 1
JOIN (SELECT head_id, unnest(labels) AS label FROM heads) AS k ON k.head_id = s.head_id
JOIN (SELECT DISTINCT image_id, label FROM annotations WHERE confidence = 1) AS t
  ON t.image_id = s.image_id AND t.label = k.label
WHERE s.split = 'test'
