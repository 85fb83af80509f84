-- One row is a number of classes: how many accepted images have that many verified classes (confidence 1), 0 included.
SELECT coalesce(p.classes, 0) AS classes, count(*) AS images
FROM (SELECT DISTINCT image_id FROM images WHERE verdict = 'accepted') AS i
LEFT JOIN (
  SELECT image_id, count(*) AS classes
  FROM (SELECT DISTINCT image_id, label FROM annotations WHERE confidence = 1) AS d
  GROUP BY image_id
) AS p ON p.image_id = i.image_id
GROUP BY coalesce(p.classes, 0)
ORDER BY classes
