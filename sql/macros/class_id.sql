-- The id of the class that has this id or, whatever the case, this display name; an error where there is none, or more than one.
CREATE MACRO class_id(id_or_name) AS (
  SELECT CASE
    WHEN count(*) = 1 THEN min(label)
    WHEN count(*) = 0 THEN error('no class has the id or display name ' || id_or_name)
    ELSE error(count(*) || ' classes are called ' || id_or_name || ': ' || string_agg(label, ', ' ORDER BY label))
  END
  FROM classes
  WHERE label = id_or_name OR lower(display_name) = lower(id_or_name)
)
