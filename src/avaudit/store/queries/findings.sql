-- Each parameter but $passes may be NULL: then it leaves nothing out.
SELECT
    findings.*,
    recordings.path,
    coalesce(recordings.started_at, groups.started_at) AS started_at,
    coalesce(recordings.device_id, groups.device_id) AS device_id,
    activities.case_no,
    activities.place,
    activities.officers,
    activities.unit,
    decision.verdict AS decision
FROM findings
LEFT JOIN audits
    ON findings.subject_kind = 'recording'
    AND audits.run_id = findings.run_id
    AND audits.recording_id = findings.recording_id
LEFT JOIN groups
    ON groups.kind = findings.subject_kind
    AND groups.run_id = findings.run_id
    AND groups.subject_id = findings.subject_id
LEFT JOIN recordings ON recordings.recording_id = findings.recording_id
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
        OR coalesce(
            recordings.started_at, groups.started_at, audits.audited_at, groups.judged_at
        ) >= $since
    )
    AND CASE
        WHEN $run::VARCHAR IS NOT NULL THEN findings.run_id = $run
        ELSE (findings.run_id, findings.subject_kind, findings.subject_id) IN (
            SELECT (run_id, 'recording', recording_id) FROM v_present_audit
            UNION ALL
            SELECT (run_id, kind, subject_id) FROM v_present_group
        )
    END
ORDER BY
    list_position(['error', 'fail', 'review', 'open', 'pass'], findings.outcome),
    list_position(['critical', 'high', 'medium', 'low'], findings.severity),
    coalesce(recordings.started_at, groups.started_at) NULLS LAST,
    recordings.path NULLS LAST,
    findings.start_s NULLS FIRST,
    findings.finding_id;
