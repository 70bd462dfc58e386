-- $rows: events of the custody chain as a JSON list. The chain is the truth about an event.
INSERT INTO custody_events BY NAME
SELECT unnest(from_json_strict($rows, '[{
    "event_id": "VARCHAR",
    "recording_id": "VARCHAR",
    "kind": "VARCHAR",
    "happened_at": "TIMESTAMP WITH TIME ZONE",
    "actor": "VARCHAR",
    "sha256": "VARCHAR",
    "path": "VARCHAR",
    "detail": "JSON",
    "position": "BIGINT",
    "previous": "VARCHAR",
    "hash": "VARCHAR"
}]'), max_depth := 2)
ON CONFLICT (event_id) DO UPDATE SET
    kind = excluded.kind,
    happened_at = excluded.happened_at,
    actor = excluded.actor,
    sha256 = excluded.sha256,
    path = excluded.path,
    detail = excluded.detail,
    "position" = excluded."position",
    previous = excluded.previous,
    hash = excluded.hash;
