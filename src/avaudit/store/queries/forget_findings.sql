-- $keys: the groups whose rows give way, as a JSON list of kind, id and run.
DELETE FROM findings
WHERE (subject_kind, subject_id, run_id) IN (
    SELECT (key.kind, key.subject_id, key.run_id)
    FROM (SELECT unnest(from_json_strict($keys, '[{"kind": "VARCHAR", "subject_id": "VARCHAR", "run_id": "VARCHAR"}]')) AS key)
);
