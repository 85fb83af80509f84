-- One row is a true class and the class that a head ranked first: held-out images, and their share of the true class.
-- $head text: a head_id, or a name for its newest head
SELECT
  actual,
  class_name(actual) AS actual_name,
  predicted,
  class_name(predicted) AS predicted_name,
  count(*) AS images,
  count(*) / CAST(sum(count(*)) OVER (PARTITION BY actual) AS DOUBLE) AS share_of_actual
FROM test_results
WHERE head_id IN (SELECT head_id FROM head_ids($head))
GROUP BY actual, predicted
ORDER BY actual, images DESC, predicted
