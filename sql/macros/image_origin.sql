-- An origin of an accepted image_id, the first by name; null where there is none.
CREATE MACRO image_origin(id) AS (SELECT min(origin) FROM images WHERE image_id = id AND verdict = 'accepted')
