-- $rows: a JSON list. Rows that lack a column, or hold what it cannot take, are an error.
INSERT INTO speakers BY NAME
SELECT unnest(from_json_strict($rows, '[{
    "run_id": "VARCHAR",
    "recording_id": "VARCHAR",
    "speaker": "VARCHAR",
    "spoken_s": "DOUBLE",
    "level_dbfs": "DOUBLE",
    "start_s": "DOUBLE",
    "role": "VARCHAR",
    "wearer_score": "DOUBLE"
}]'), max_depth := 2);
