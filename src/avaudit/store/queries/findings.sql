-- Each parameter but $passes may be NULL: then it leaves nothing out.
SELECT
    findings.*,
    recordings.path,
    recordings.started_at,
    recordings.device_id,
    activities.case_no,
    activities.place,
    activities.officers,
    activities.unit,
    decision.verdict AS decision
FROM findings
JOIN audits USING (run_id, recording_id)
JOIN recordings USING (recording_id)
LEFT JOIN activities ON activities.activity_id = findings.activity_id
LEFT JOIN v_last_decision AS decision USING (finding_id)
WHERE ($outcome::VARCHAR IS NULL OR findings.outcome = $outcome)
    AND ($passes OR findings.outcome <> 'pass')
    AND (
        $rule::VARCHAR IS NULL
        OR findings.rule_id = $rule
        OR starts_with(findings.rule_id, $rule || '.')
    )
    AND ($officer::VARCHAR IS NULL OR list_contains(activities.officers, $officer))
    AND (
        $since::TIMESTAMPTZ IS NULL
        OR coalesce(recordings.started_at, audits.audited_at) >= $since
    )
    AND CASE
        WHEN $run::VARCHAR IS NOT NULL THEN findings.run_id = $run
        ELSE (findings.run_id, findings.recording_id) IN (
            SELECT (run_id, recording_id) FROM v_present_audit
        )
    END
ORDER BY
    list_position(['error', 'fail', 'review', 'open', 'pass'], findings.outcome),
    list_position(['critical', 'high', 'medium', 'low'], findings.severity),
    recordings.started_at NULLS LAST,
    recordings.path,
    findings.start_s NULLS FIRST,
    findings.finding_id;
