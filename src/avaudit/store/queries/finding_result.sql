SELECT rule_id, outcome, cause
FROM results
WHERE run_id = $run_id
    AND subject_kind = $subject_kind
    AND subject_id = $subject_id
    AND rule_id = $rule_id;
