-- One row is a class and one of its descendants (relation subcategory), the class itself included.
-- UNION drops repeated pairs, so classes with several parents count once and a cycle ends.
WITH RECURSIVE closure(ancestor, descendant) AS (
  SELECT label, label FROM classes
  UNION
  SELECT parent, parent FROM class_edges WHERE relation = 'subcategory'
  UNION
  SELECT child, child FROM class_edges WHERE relation = 'subcategory'
  UNION
  SELECT c.ancestor, e.child
  FROM closure AS c JOIN class_edges AS e ON e.parent = c.descendant
  WHERE e.relation = 'subcategory'
)
SELECT ancestor, descendant FROM closure
