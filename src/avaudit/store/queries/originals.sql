-- Every original, with the recording's own facts as they were when it was seen first. `facts` is
-- what stat said when it was found whole last.
SELECT
    original.*,
    (
        SELECT arg_max(events.detail, events."position")
        FROM custody_events AS events
        WHERE events.recording_id = original.recording_id
            AND events.kind IN ('verified', 'returned', 'moved')
            AND (events.detail ->> '$.size_bytes') IS NOT NULL
    ) AS facts,
    recordings.size_bytes,
    recordings.mtime_ns,
    recordings.ctime_ns,
    recordings.started_at,
    recordings.duration_s,
    coalesce(sessions.activity_id, audited.activity_id) AS activity_id
FROM v_original AS original
LEFT JOIN recordings USING (recording_id)
LEFT JOIN (
    SELECT recording_id, arg_max(activity_id, audited_at) AS activity_id
    FROM audits
    GROUP BY recording_id
) AS audited USING (recording_id)
LEFT JOIN session_recordings USING (recording_id)
LEFT JOIN sessions ON sessions.session_id = session_recordings.session_id
WHERE original.sha256 IS NOT NULL
ORDER BY original.place, original.recording_id;
