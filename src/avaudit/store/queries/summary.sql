-- Of recordings whose file has changed since, only the present one of a path counts; groups count as
-- long as there are any of that kind and id.
WITH present AS (
    SELECT
        'recording' AS subject_kind,
        arg_max(recording_id, (seen_at, recording_id)) AS subject_id
    FROM recordings
    GROUP BY path
    UNION ALL
    SELECT kind, subject_id FROM groups WHERE run_id = $run_id
),
counted AS (
    SELECT
        results.rule_id,
        coalesce(results.severity, v_rule.severity) AS severity,
        results.outcome
    FROM results
    JOIN present USING (subject_kind, subject_id)
    LEFT JOIN v_rule USING (rule_id)
    WHERE results.run_id = $run_id
)
SELECT rule_id, severity, outcome, count(*) AS n
FROM counted
GROUP BY rule_id, severity, outcome
ORDER BY
    list_position(['critical', 'high', 'medium', 'low'], severity) NULLS LAST,
    rule_id,
    outcome;
