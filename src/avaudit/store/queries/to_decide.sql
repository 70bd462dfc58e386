-- What a decision about a finding is made about, and what holds by now. One row, or none.
SELECT
    finding.recording_id,
    (
        SELECT any_value(sha256(coalesce(present.evidence ->> '$.measured', '')))
        FROM v_present_finding AS present
        WHERE present.finding_id = $finding_id
    ) AS about,
    held.verdict,
    held.actor,
    held.note
FROM (SELECT any_value(recording_id) AS recording_id FROM findings WHERE finding_id = $finding_id
      HAVING count(*) > 0) AS finding
LEFT JOIN v_last_decision AS held ON held.finding_id = $finding_id;
