-- The display name of a class id; the id itself where none is known.
CREATE MACRO class_name(id) AS coalesce(
  -- Columns renamed, lest a column label that is given be taken for the one of classes.
  (SELECT min(known_name) FROM (SELECT label AS known_label, display_name AS known_name FROM classes) AS known WHERE known_label = id),
  id
)
