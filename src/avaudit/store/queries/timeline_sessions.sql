-- The sessions that a user may mean by a session's or an activity's id, with their recordings.
SELECT
    sessions.session_id,
    sessions.activity_id,
    sessions.device_id,
    session_recordings.position,
    recordings.recording_id,
    recordings.path,
    recordings.kind,
    recordings.status,
    recordings.started_at,
    recordings.clock_source,
    recordings.duration_s
FROM sessions
JOIN session_recordings USING (session_id)
JOIN recordings USING (recording_id)
WHERE sessions.session_id = $name OR sessions.activity_id = $name
ORDER BY sessions.started_at NULLS LAST, sessions.session_id, session_recordings.position;
