-- $rows: a JSON list of sessions. Each recording is a session of its own.
INSERT INTO session_recordings BY NAME
SELECT row.session_id, row.session_id AS recording_id, 0 AS position
FROM (SELECT unnest(from_json_strict($rows, '[{"session_id": "VARCHAR"}]')) AS row)
ON CONFLICT DO NOTHING;
