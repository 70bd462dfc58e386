SELECT rule_id, outcome, cause
FROM results
WHERE run_id = $run_id AND subject_id = $recording_id AND rule_id = $rule_id;
