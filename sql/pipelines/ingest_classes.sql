-- A row is a class that a label source named, where the hub does not know it by that name. A name from the class descriptions counts
-- before the id itself.
SELECT told.label, told.display_name, :run_id AS run_id
FROM (
  SELECT label, coalesce(max(display_name) FILTER (display_name <> label), label) AS display_name
  FROM (SELECT label, display_name FROM label_rows UNION ALL SELECT label, display_name FROM class_names)
  GROUP BY label
) AS told
LEFT JOIN classes USING (label)
WHERE classes.label IS NULL OR (classes.display_name <> told.display_name AND told.display_name <> told.label)
