-- The same finding may have been made under several runs: the latest one is meant.
SELECT findings.*
FROM findings
JOIN audits USING (run_id, recording_id)
WHERE findings.finding_id = $finding_id
ORDER BY audits.audited_at DESC
LIMIT 1;
