-- $rows: a JSON list. Rows that lack a column, or hold what it cannot take, are an error.
INSERT INTO results BY NAME
SELECT unnest(from_json_strict($rows, '[{
    "run_id": "VARCHAR",
    "subject_id": "VARCHAR",
    "rule_id": "VARCHAR",
    "outcome": "VARCHAR",
    "cause": "VARCHAR",
    "article": "VARCHAR",
    "severity": "VARCHAR",
    "subject_kind": "VARCHAR"
}]'), max_depth := 2);
