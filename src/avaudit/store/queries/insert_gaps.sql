-- $rows: a JSON list. Rows that lack a column, or hold what it cannot take, are an error. What was not
-- found about a session names the one of its recording (as insert_findings.sql does).
INSERT INTO gaps BY NAME
SELECT row.* REPLACE (
    CASE
        WHEN row.subject_kind = 'session' THEN row.session_id
        ELSE coalesce(belongs.session_id, row.before_recording_id, row.after_recording_id)
    END AS session_id
)
FROM (SELECT unnest(from_json_strict($rows, '[{
    "session_id": "VARCHAR",
    "after_recording_id": "VARCHAR",
    "before_recording_id": "VARCHAR",
    "start_at": "TIMESTAMP WITH TIME ZONE",
    "length_s": "DOUBLE",
    "kind": "VARCHAR",
    "explanation": "VARCHAR",
    "quote": "VARCHAR",
    "start_s": "DOUBLE",
    "run_id": "VARCHAR",
    "recording_id": "VARCHAR",
    "subject_kind": "VARCHAR",
    "subject_id": "VARCHAR"
}]'), max_depth := 2)) AS row
LEFT JOIN session_recordings AS belongs
    ON belongs.recording_id = coalesce(row.before_recording_id, row.after_recording_id);
