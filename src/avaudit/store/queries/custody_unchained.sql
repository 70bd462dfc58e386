-- What audits and people left in the record files and the chain does not have yet. A second first
-- sight of a recording is a move: it keeps its id only where its earlier place was empty.
WITH seen AS (
    SELECT
        *,
        lag(path) OVER (
            PARTITION BY recording_id ORDER BY "position" NULLS LAST, happened_at, event_id
        ) AS before
    FROM custody_events
    WHERE kind IN ('seen_first', 'moved', 'returned') AND recording_id <> ''
)
SELECT
    event_id,
    recording_id,
    CASE WHEN before IS NULL THEN 'seen_first' ELSE 'moved' END AS kind,
    happened_at,
    actor,
    sha256,
    path,
    CASE WHEN before IS NULL THEN detail ELSE json_object('before', before) END AS detail
FROM seen
WHERE "position" IS NULL
UNION ALL
SELECT
    decisions.decision_id,
    coalesce(finding.recording_id, ''),
    'decided',
    decisions.decided_at,
    decisions.actor,
    NULL,
    '',
    json_object(
        'finding_id', decisions.finding_id, 'verdict', decisions.verdict,
        'note', decisions.note, 'about', coalesce(decisions.about, '')
    )
FROM decisions
LEFT JOIN (
    SELECT finding_id, any_value(recording_id) AS recording_id FROM findings GROUP BY finding_id
) AS finding USING (finding_id)
WHERE decision_id NOT IN (SELECT event_id FROM custody_events)
ORDER BY happened_at, event_id;
