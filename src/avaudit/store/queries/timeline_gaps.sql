-- The gaps of those sessions and of that activity, in no order: each lies after or before a recording.
SELECT
    session_id, subject_kind, subject_id, after_recording_id, before_recording_id, start_at, start_s,
    length_s, kind, explanation, quote
FROM v_gap
WHERE session_id IN (
    SELECT session_id FROM sessions WHERE session_id = $name OR activity_id = $name
)
ORDER BY start_at NULLS LAST, after_recording_id, before_recording_id;
