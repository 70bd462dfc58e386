-- What the rules for groups came to for a session or an activity, and for the sessions of it.
SELECT findings.finding_id, findings.rule_id, findings.outcome, findings.message_zh, findings.message_en
FROM v_present_finding AS findings
WHERE findings.subject_kind IN ('session', 'activity')
    AND findings.outcome <> 'pass'
    AND (
        findings.subject_id = $name
        OR findings.session_id IN (SELECT session_id FROM sessions WHERE activity_id = $name)
    )
ORDER BY
    list_position(['error', 'fail', 'review', 'open'], findings.outcome),
    findings.rule_id,
    findings.finding_id;
