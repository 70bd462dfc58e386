-- `read_order` tells which originals were read before which others, whatever clocks said at the time.
CREATE OR REPLACE VIEW v_original AS
SELECT
    recording_id,
    arg_min(sha256, "position") FILTER (kind = 'seen_first') AS sha256,
    arg_min(path, "position") FILTER (kind = 'seen_first') AS first_path,
    arg_min(happened_at, "position") FILTER (kind = 'seen_first') AS first_at,
    arg_max(path, "position") FILTER (kind IN ('seen_first', 'moved', 'returned')) AS place,
    arg_max(kind, "position") FILTER (kind IN (
        'seen_first', 'verified', 'changed', 'missing', 'moved', 'returned', 'unreadable',
        'retention_ended'
    )) AS state,
    arg_max(detail, "position") FILTER (kind IN (
        'seen_first', 'verified', 'changed', 'missing', 'moved', 'returned', 'unreadable',
        'retention_ended'
    )) AS detail,
    arg_max(happened_at, "position") FILTER (kind IN ('verified', 'returned', 'moved')) AS whole_at,
    arg_max(happened_at, "position") FILTER (kind IN (
        'verified', 'changed', 'missing', 'moved', 'returned', 'unreadable', 'retention_ended'
    )) AS checked_at,
    count(*) FILTER (kind = 'verified') AS n_verified,
    max("position") FILTER (kind IN (
        'verified', 'changed', 'missing', 'moved', 'returned', 'unreadable', 'retention_ended'
    )) AS read_order
FROM custody_events
WHERE "position" IS NOT NULL AND recording_id <> ''
GROUP BY recording_id
HAVING count(*) FILTER (kind = 'seen_first') > 0;
