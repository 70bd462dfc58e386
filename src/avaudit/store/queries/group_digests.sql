-- $keys: the groups asked about, as a JSON list of kind, id and run.
SELECT kind, subject_id, run_id, input_digest
FROM groups
WHERE (kind, subject_id) IN (
    SELECT (key.kind, key.subject_id)
    FROM (SELECT unnest(from_json_strict($keys, '[{"kind": "VARCHAR", "subject_id": "VARCHAR"}]')) AS key)
);
