-- The id of the class that has this id or else, whatever the case, this display name; an error where there is none, or more than one.
CREATE MACRO class_id(id_or_name) AS (
  -- A column of its own, lest a column that is given be taken for one of the tables below.
  WITH given(asked) AS (SELECT id_or_name),
  found(asked, label, is_id) AS (
    SELECT g.asked, c.label, c.label = g.asked FROM given AS g JOIN classes AS c ON c.label = g.asked
    UNION
    SELECT g.asked, c.label, c.label = g.asked FROM given AS g JOIN classes AS c ON lower(c.display_name) = lower(g.asked)
    UNION
    SELECT g.asked, g.asked, true FROM given AS g JOIN class_edges AS e ON e.parent = g.asked
    UNION
    SELECT g.asked, g.asked, true FROM given AS g JOIN class_edges AS e ON e.child = g.asked
  )
  SELECT CASE
    WHEN bool_or(f.is_id) THEN min(g.asked)
    WHEN count(f.label) = 1 THEN min(f.label)
    WHEN count(f.label) = 0 THEN error('no class has the id or display name ' || min(g.asked))
    ELSE error(count(f.label) || ' classes are called ' || min(g.asked) || ': ' || string_agg(f.label, ', ' ORDER BY f.label))
  END
  FROM given AS g LEFT JOIN found AS f ON f.asked = g.asked
)
