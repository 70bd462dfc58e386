SELECT * FROM groups
WHERE run_id = $run_id AND kind = $subject_kind AND subject_id = $subject_id;
