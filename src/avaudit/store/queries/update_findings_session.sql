-- As insert_findings.sql does, for recordings whose session may have changed.
UPDATE findings
SET session_id = coalesce(belongs.session_id, asked.recording_id)
FROM (SELECT unnest(from_json_strict($recordings, '["VARCHAR"]')) AS recording_id) AS asked
LEFT JOIN session_recordings AS belongs USING (recording_id)
WHERE findings.recording_id = asked.recording_id AND findings.subject_kind <> 'session';
