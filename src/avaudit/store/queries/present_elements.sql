SELECT statement_elements.*
FROM statement_elements
JOIN v_present_audit USING (run_id, recording_id);
