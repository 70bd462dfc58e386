SELECT
    recording_id,
    arg_max(path, "position") AS path,
    arg_max(kind, "position") AS kind,
    arg_max(detail, "position") AS detail,
    arg_max(happened_at, "position") AS happened_at
FROM custody_events
WHERE "position" IS NOT NULL AND (detail ->> '$.source') = 'true'
GROUP BY recording_id
ORDER BY path;
