-- One row is one class with kinds below it: its direct kinds, all descendants (itself not counted), and those that are leaves.
-- $limit integer = 50: rows at most, the widest classes first
WITH
edges AS (SELECT DISTINCT parent, child FROM class_edges WHERE relation = 'subcategory'),
inner_classes AS (SELECT parent AS label, count(*) AS children FROM edges GROUP BY parent),
below AS (
  SELECT
    c.ancestor,
    count(*) AS descendants,
    count(CASE WHEN i.label IS NULL THEN 1 END) AS leaves
  FROM class_closure AS c LEFT JOIN inner_classes AS i ON i.label = c.descendant
  WHERE c.ancestor <> c.descendant
  GROUP BY c.ancestor
)
SELECT p.label, class_name(p.label) AS display_name, p.children, b.descendants, b.leaves
FROM inner_classes AS p JOIN below AS b ON b.ancestor = p.label
ORDER BY b.leaves DESC, p.label
LIMIT $limit
