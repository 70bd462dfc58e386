-- As the sessions of findings.
UPDATE gaps
SET session_id = coalesce(belongs.session_id, asked.recording_id)
FROM (SELECT unnest(from_json_strict($recordings, '["VARCHAR"]')) AS recording_id) AS asked
LEFT JOIN session_recordings AS belongs USING (recording_id)
WHERE coalesce(gaps.before_recording_id, gaps.after_recording_id) = asked.recording_id
    AND gaps.subject_kind <> 'session';
