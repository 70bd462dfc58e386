-- When the bytes of a file were first seen, at whichever place.
SELECT sha256, min(happened_at) AS "at"
FROM custody_events
WHERE kind = 'seen_first' AND sha256 IS NOT NULL
GROUP BY sha256;
