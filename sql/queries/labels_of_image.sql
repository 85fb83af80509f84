-- One row is one annotation of one image: the class, who says so and how sure they are.
-- $image_id text: the image
SELECT label, display_name, source, confidence, run_id
FROM labels
WHERE image_id = $image_id
ORDER BY confidence DESC, label, source
