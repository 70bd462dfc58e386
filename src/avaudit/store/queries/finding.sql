-- The same finding may have been made under several runs: the latest one is meant.
SELECT findings.*
FROM findings
LEFT JOIN audits
    ON findings.subject_kind = 'recording'
    AND audits.run_id = findings.run_id
    AND audits.recording_id = findings.recording_id
LEFT JOIN groups
    ON groups.kind = findings.subject_kind
    AND groups.run_id = findings.run_id
    AND groups.subject_id = findings.subject_id
WHERE findings.finding_id = $finding_id
ORDER BY coalesce(audits.audited_at, groups.judged_at) DESC
LIMIT 1;
