-- Where an image came from: of several origins the first by name; null where the image is unknown.
CREATE MACRO image_origin(id) AS (
  -- Columns renamed, lest a column image_id that is given be taken for the one of images.
  SELECT min(known_origin) FROM (SELECT image_id AS known_id, origin AS known_origin FROM images) AS known WHERE known_id = id
)
