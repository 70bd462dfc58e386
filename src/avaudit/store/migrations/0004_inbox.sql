-- What a supervisor looks at in the morning: failures first, the most severe first.
-- `span_at` is the moment that the finding's span begins, where the recording has a clock.
--
-- Where no statement was heard at all, `statement.present` says so once: that each of its elements
-- was not heard either, or could not be told, is left out. What says more than that stays.
CREATE OR REPLACE VIEW v_inbox AS
WITH without_statement AS (
    SELECT run_id, recording_id
    FROM findings
    WHERE rule_id = 'statement.present' AND outcome = 'fail'
)
SELECT
    findings.finding_id,
    findings.outcome,
    findings.severity,
    findings.rule_id,
    findings.article,
    findings.message_zh,
    findings.message_en,
    recordings.path,
    recordings.started_at,
    findings.start_s,
    findings.end_s,
    recordings.started_at + to_microseconds((findings.start_s * 1e6)::BIGINT) AS span_at,
    activities.activity_id,
    activities.case_no,
    activities.place,
    activities.officers,
    activities.unit,
    recordings.device_id,
    findings.grade,
    findings.score,
    decision.verdict AS decision,
    decision.actor AS decided_by,
    decision.decided_at,
    decision.note,
    findings.recording_id,
    findings.run_id,
    findings.code,
    10 * CASE findings.outcome WHEN 'fail' THEN 1 WHEN 'error' THEN 1 WHEN 'review' THEN 2 ELSE 3 END
    + list_position(['critical', 'high', 'medium', 'low'], findings.severity) AS priority
FROM findings
JOIN v_present_audit AS present
    ON present.run_id = findings.run_id AND present.recording_id = findings.recording_id
JOIN recordings ON recordings.recording_id = findings.recording_id
LEFT JOIN activities ON activities.activity_id = findings.activity_id
LEFT JOIN v_last_decision AS decision ON decision.finding_id = findings.finding_id
WHERE findings.outcome IN ('fail', 'error', 'review', 'open')
    AND NOT (
        findings.rule_id IN (
            'statement.time', 'statement.place', 'statement.officers', 'statement.cause',
            'statement.target', 'statement.stage', 'statement.notice'
        )
        AND (findings.outcome = 'open' OR (findings.outcome = 'fail' AND findings.code = 'absent'))
        AND (findings.run_id, findings.recording_id) IN (
            SELECT (run_id, recording_id) FROM without_statement
        )
    )
ORDER BY priority, recordings.started_at NULLS LAST, recordings.path, findings.start_s;
