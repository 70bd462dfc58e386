-- $rows: a JSON list. Rows that lack a column, or hold what it cannot take, are an error.
INSERT INTO statement_elements BY NAME
SELECT unnest(from_json_strict($rows, '[{
    "recording_id": "VARCHAR",
    "element": "VARCHAR",
    "quote": "VARCHAR",
    "value": "VARCHAR",
    "expected": "VARCHAR",
    "match": "VARCHAR",
    "start_s": "DOUBLE",
    "end_s": "DOUBLE",
    "outcome": "VARCHAR",
    "run_id": "VARCHAR"
}]'), max_depth := 2);
