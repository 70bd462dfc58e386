-- $rows: a JSON list. Rows that lack a column, or hold what it cannot take, are an error.
INSERT INTO findings BY NAME
SELECT unnest(from_json_strict($rows, '[{
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
    "evidence": "JSON"
}]'), max_depth := 2);
