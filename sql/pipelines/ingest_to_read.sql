-- A row is an origin of the listing that must be read: new, changed since it was read, or not readable last time.
-- An origin that was listed twice is read once, in its newest form.
SELECT latest.origin, latest.bytes, latest.etag, latest.modified_at, latest.supplier_id, latest.submission_id
FROM (
  SELECT listed.*, row_number() OVER (PARTITION BY origin ORDER BY modified_at DESC, bytes DESC, etag DESC) AS nth
  FROM listed
) AS latest
LEFT JOIN manifest ON manifest.origin = latest.origin
LEFT JOIN images ON images.origin = latest.origin
WHERE latest.nth = 1
  AND (
    manifest.origin IS NULL
    OR images.origin IS NULL
    OR images.verdict = 'failed'
    OR manifest.bytes IS DISTINCT FROM latest.bytes
    OR manifest.etag IS DISTINCT FROM latest.etag
    OR manifest.modified_at IS DISTINCT FROM latest.modified_at
  )
