-- $rows: a JSON list. Rows that lack a column, or hold what it cannot take, are an error.
INSERT INTO activities BY NAME
SELECT unnest(from_json_strict($rows, '[{
    "activity_id": "VARCHAR",
    "case_no": "VARCHAR",
    "kind": "VARCHAR",
    "started_at": "TIMESTAMP WITH TIME ZONE",
    "ended_at": "TIMESTAMP WITH TIME ZONE",
    "place": "VARCHAR",
    "officers": ["VARCHAR"],
    "cert_nos": ["VARCHAR"],
    "cause": "VARCHAR",
    "target": "VARCHAR",
    "stages": ["VARCHAR"],
    "device_ids": ["VARCHAR"],
    "recordings": ["VARCHAR"],
    "stored_at": "TIMESTAMP WITH TIME ZONE",
    "returned_at": "TIMESTAMP WITH TIME ZONE",
    "written_explanations": "VARCHAR",
    "unit": "VARCHAR"
}]'), max_depth := 2)
ON CONFLICT (activity_id) DO UPDATE SET
    case_no = excluded.case_no,
    kind = excluded.kind,
    started_at = excluded.started_at,
    ended_at = excluded.ended_at,
    place = excluded.place,
    officers = excluded.officers,
    cert_nos = excluded.cert_nos,
    cause = excluded.cause,
    target = excluded.target,
    stages = excluded.stages,
    device_ids = excluded.device_ids,
    recordings = excluded.recordings,
    stored_at = excluded.stored_at,
    returned_at = excluded.returned_at,
    written_explanations = excluded.written_explanations,
    unit = excluded.unit;
