-- $rows: a JSON list. Rows that lack a column, or hold what it cannot take, are an error. What is not
-- about a session, but concerns a recording, names the one that it is in; until there is one, the
-- recording itself.
INSERT INTO findings BY NAME
SELECT row.* REPLACE (
    CASE
        WHEN row.subject_kind = 'session' THEN row.session_id
        ELSE coalesce(belongs.session_id, row.recording_id)
    END AS session_id
)
FROM (SELECT unnest(from_json_strict($rows, '[{
    "finding_id": "VARCHAR",
    "run_id": "VARCHAR",
    "recording_id": "VARCHAR",
    "session_id": "VARCHAR",
    "activity_id": "VARCHAR",
    "rule_id": "VARCHAR",
    "article": "VARCHAR",
    "code": "VARCHAR",
    "outcome": "VARCHAR",
    "severity": "VARCHAR",
    "grade": "VARCHAR",
    "score": "DOUBLE",
    "start_s": "DOUBLE",
    "end_s": "DOUBLE",
    "message_zh": "VARCHAR",
    "message_en": "VARCHAR",
    "evidence": "JSON",
    "subject_kind": "VARCHAR",
    "subject_id": "VARCHAR"
}]'), max_depth := 2)) AS row
LEFT JOIN session_recordings AS belongs ON belongs.recording_id = row.recording_id;
