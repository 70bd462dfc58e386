-- $keys: the audits whose rows give way, as a JSON list of run and recording.
DELETE FROM results
WHERE subject_kind = 'recording' AND (run_id, subject_id) IN (
    SELECT (key.run_id, key.recording_id)
    FROM (SELECT unnest(from_json_strict($keys, '[{"run_id": "VARCHAR", "recording_id": "VARCHAR"}]')) AS key)
);
