-- One row is the head (column head_id) with this head_id, or the newest one of this name.
CREATE MACRO head_ids(name_or_id) AS TABLE
  SELECT head_id FROM current_heads WHERE name = name_or_id
  UNION
  SELECT head_id FROM heads WHERE head_id = name_or_id
