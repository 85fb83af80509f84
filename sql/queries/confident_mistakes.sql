-- One row is one held-out image whose top class is not among its true ones, the surest mistakes first.
-- $head text: a head_id, or a name for its newest head
-- $limit integer = 20: rows at most
SELECT
  r.image_id,
  image_origin(r.image_id) AS origin,
  r.predicted,
  class_name(r.predicted) AS predicted_name,
  r.probability,
  r.actual,
  class_name(r.actual) AS actual_name
FROM (
  SELECT image_id, predicted, max(probability) AS probability, min(actual) AS actual
  FROM test_results
  WHERE head_id IN (SELECT head_id FROM head_ids($head))
  GROUP BY image_id, predicted
  HAVING max(CASE WHEN actual = predicted THEN 1 ELSE 0 END) = 0
  ORDER BY probability DESC, image_id
  LIMIT $limit
) AS r
ORDER BY r.probability DESC, r.image_id
