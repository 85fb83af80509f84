-- One row is one distinct accepted image; several origins with the same image_id count once (the first by name stands for them).
SELECT image_id, min(origin) AS origin, count(*) AS origins
FROM images
WHERE verdict = 'accepted' AND image_id IS NOT NULL
GROUP BY image_id
