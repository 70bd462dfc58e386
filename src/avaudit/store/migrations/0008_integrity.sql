-- What can be said of a recording's integrity, on axes that are kept apart: whether it goes on
-- without a break (continuity), is as its device wrote it (originality), has all of its picture,
-- sound and time (completeness), and whether that could be examined at all (examinability). Each is
-- the heaviest outcome of the rules that speak to it; `grade` is the gravest of `integrity.*`.
-- Observations for a person to judge, none of them a verdict.
CREATE VIEW v_integrity AS
WITH speaking AS (
    SELECT
        recording_id,
        rule_id,
        outcome,
        list_position(['not_applicable', 'pass', 'open', 'review', 'fail', 'error'], outcome) AS rank,
        CASE
            WHEN rule_id IN ('integrity.edited', 'continuity.clock') THEN 'continuity'
            WHEN rule_id IN ('integrity.processed', 'custody.hash') THEN 'originality'
            WHEN rule_id IN (
                'continuity.gap', 'quality.no_audio', 'quality.covered', 'quality.frozen'
            ) THEN 'completeness'
            WHEN rule_id = 'quality.unreadable' THEN 'examinability'
        END AS axis
    FROM v_present_result
    WHERE subject_kind = 'recording'
),
grades AS (
    SELECT recording_id, min(grade) AS grade
    FROM v_present_finding
    WHERE grade IS NOT NULL
    GROUP BY recording_id
)
SELECT
    recordings.recording_id,
    recordings.path,
    recordings.status,
    arg_max(outcome, rank) FILTER (axis = 'continuity') AS continuity,
    arg_max(outcome, rank) FILTER (axis = 'originality') AS originality,
    arg_max(outcome, rank) FILTER (axis = 'completeness') AS completeness,
    arg_max(outcome, rank) FILTER (axis = 'examinability') AS examinability,
    any_value(grades.grade) AS grade
FROM recordings
LEFT JOIN speaking USING (recording_id)
LEFT JOIN grades USING (recording_id)
GROUP BY recordings.recording_id, recordings.path, recordings.status
ORDER BY grade NULLS LAST, recordings.path;
