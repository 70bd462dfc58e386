-- What is wrong with devices, as the latest audits of their recordings found it.
SELECT findings.recording_id, findings.rule_id, findings.code
FROM findings
JOIN v_present_audit AS present
    ON present.run_id = findings.run_id AND present.recording_id = findings.recording_id
WHERE findings.subject_kind = 'recording'
    AND starts_with(findings.rule_id, 'device.')
    AND findings.outcome IN ('fail', 'review')
ORDER BY findings.recording_id, findings.rule_id, findings.code, findings.start_s;
