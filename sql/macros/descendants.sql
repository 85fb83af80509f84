-- One row is one class (column label) that is a kind of the given class (its id or display name), the class itself included; relation := 'part' follows parts instead.
CREATE MACRO descendants(class, relation := 'subcategory') AS TABLE
  WITH RECURSIVE found(label) AS (
    SELECT class_id(class)
    UNION
    SELECT e.child FROM found AS f JOIN class_edges AS e ON e.parent = f.label WHERE e.relation = relation
  )
  SELECT label FROM found
