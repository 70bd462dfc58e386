-- $keys: the audits asked about, as a JSON list of run and recording.
SELECT run_id, recording_id, input_digest
FROM audits
WHERE (run_id, recording_id) IN (
    SELECT (key.run_id, key.recording_id)
    FROM (SELECT unnest(from_json_strict($keys, '[{"run_id": "VARCHAR", "recording_id": "VARCHAR"}]')) AS key)
);
