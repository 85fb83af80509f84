-- One row is the head (column head_id) with this head_id, or the newest one of this name.
CREATE MACRO head_ids(name_or_id) AS TABLE
  -- A column of its own, lest a column that is given be taken for one of the tables below.
  WITH given(asked) AS (SELECT name_or_id)
  SELECT h.head_id FROM given AS g JOIN current_heads AS h ON h.name = g.asked
  UNION
  SELECT h.head_id FROM given AS g JOIN heads AS h ON h.head_id = g.asked
