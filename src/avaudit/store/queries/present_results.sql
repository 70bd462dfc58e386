SELECT results.subject_id AS recording_id, results.rule_id, results.outcome
FROM results
JOIN v_present_audit AS present
    ON present.run_id = results.run_id AND present.recording_id = results.subject_id
WHERE results.subject_kind = 'recording';
