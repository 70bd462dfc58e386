SELECT "position", hash, happened_at
FROM custody_events
WHERE "position" IS NOT NULL
ORDER BY "position" DESC
LIMIT 1;
