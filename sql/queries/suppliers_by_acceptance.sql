-- One row is one supplier (null: unnamed): origins sent, accepted, quarantined, rejected and failed, the accepted share of those
-- that could be judged (all but failed), and the most frequent reason against the others.
-- $at_least integer = 1: only suppliers with as many origins
SELECT
  supplier_id,
  count(*) AS origins,
  count(CASE WHEN verdict = 'accepted' THEN 1 END) AS accepted,
  count(CASE WHEN verdict = 'quarantined' THEN 1 END) AS quarantined,
  count(CASE WHEN verdict = 'rejected' THEN 1 END) AS rejected,
  count(CASE WHEN verdict = 'failed' THEN 1 END) AS failed,
  count(CASE WHEN verdict = 'accepted' THEN 1 END)
    / CAST(nullif(count(CASE WHEN verdict <> 'failed' THEN 1 END), 0) AS DOUBLE) AS acceptance_rate,
  mode(CASE WHEN verdict <> 'accepted' THEN reasons[1] END) AS main_reason
FROM images
GROUP BY supplier_id
HAVING count(*) >= $at_least
ORDER BY acceptance_rate DESC NULLS LAST, origins DESC, supplier_id
