-- Where an image came from: of several origins the first by name; null where the image is unknown.
CREATE MACRO image_origin(id) AS (SELECT min(origin) FROM images WHERE image_id = id)
