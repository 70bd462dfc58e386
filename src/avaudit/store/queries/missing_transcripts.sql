-- Of the audits in $rows, those whose named transcript nobody has kept.
SELECT run_id, recording_id
FROM (
    SELECT unnest(from_json_strict($rows, '[{
        "run_id": "VARCHAR",
        "recording_id": "VARCHAR",
        "sha256": "VARCHAR",
        "name": "VARCHAR"
    }]'), max_depth := 2)
) AS wanted
ANTI JOIN signals USING (sha256, name);
