SELECT detail ->> '$.what' AS what, arg_max(kind, "position") AS kind
FROM custody_events
WHERE "position" IS NOT NULL AND kind IN ('held', 'released')
GROUP BY what;
