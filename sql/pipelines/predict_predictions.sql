-- A row is one of the most probable classes of an image that was judged in this run.
SELECT :head_id AS head_id, image_id, label, probability, rank, :run_id AS run_id
FROM (
  SELECT
    judged.image_id,
    head_labels.label,
    CAST(get(judged.probabilities, head_labels.position) AS DOUBLE) AS probability,
    row_number() OVER (
      PARTITION BY judged.image_id
      ORDER BY get(judged.probabilities, head_labels.position) DESC, head_labels.position
    ) AS rank
  FROM judged CROSS JOIN head_labels
) AS ranked
WHERE rank <= :most_classes
