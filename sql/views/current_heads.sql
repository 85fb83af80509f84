-- One row is the newest head of one name.
SELECT * FROM heads
QUALIFY row_number() OVER (PARTITION BY name ORDER BY trained_at DESC, head_id DESC) = 1
