-- The custody chain. Events that audits wrote stand here without a position until they are chained;
-- `previous` and `hash` are SHA-256 digests, `detail` is what an event of that kind says beside.
ALTER TABLE custody_events ADD COLUMN detail JSON;
ALTER TABLE custody_events ADD COLUMN "position" BIGINT;
ALTER TABLE custody_events ADD COLUMN previous VARCHAR;
ALTER TABLE custody_events ADD COLUMN hash VARCHAR;

-- Every original as its events leave it. `place` is where it was last known to lie whole.
CREATE VIEW v_original AS
SELECT
    recording_id,
    arg_min(sha256, "position") FILTER (kind = 'seen_first') AS sha256,
    arg_min(path, "position") FILTER (kind = 'seen_first') AS first_path,
    min(happened_at) FILTER (kind = 'seen_first') AS first_at,
    arg_max(path, "position") FILTER (kind IN ('seen_first', 'moved', 'returned')) AS place,
    arg_max(kind, "position") FILTER (kind IN (
        'seen_first', 'verified', 'changed', 'missing', 'moved', 'returned', 'unreadable',
        'retention_ended'
    )) AS state,
    arg_max(detail, "position") FILTER (kind IN (
        'seen_first', 'verified', 'changed', 'missing', 'moved', 'returned', 'unreadable',
        'retention_ended'
    )) AS detail,
    max(happened_at) FILTER (kind IN ('verified', 'returned', 'moved')) AS whole_at,
    max(happened_at) FILTER (kind IN (
        'verified', 'changed', 'missing', 'moved', 'returned', 'unreadable', 'retention_ended'
    )) AS checked_at,
    count(*) FILTER (kind = 'verified') AS n_verified
FROM custody_events
WHERE "position" IS NOT NULL AND recording_id <> ''
GROUP BY recording_id
HAVING count(*) FILTER (kind = 'seen_first') > 0;

-- Who approved, looked at or took out what. `expires_at` is set for approvals.
CREATE VIEW v_disclosure AS
SELECT
    "position",
    happened_at,
    kind,
    actor,
    path,
    recording_id,
    detail ->> '$.what' AS what,
    detail ->> '$.asked_by' AS asked_by,
    detail ->> '$.purpose' AS purpose,
    (detail ->> '$.until')::TIMESTAMPTZ AS expires_at,
    event_id
FROM custody_events
WHERE kind IN ('approved', 'viewed', 'exported')
ORDER BY "position";
