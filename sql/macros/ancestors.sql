-- One row is one class (column label) that the given class (its id or display name) is a kind of, the class itself included; relation := 'part' follows wholes instead.
CREATE MACRO ancestors(class, relation := 'subcategory') AS TABLE
  WITH RECURSIVE found(label) AS (
    SELECT class_id(class)
    UNION
    SELECT e.parent FROM found AS f JOIN class_edges AS e ON e.child = f.label WHERE e.relation = relation
  )
  SELECT label FROM found
