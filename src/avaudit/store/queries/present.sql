-- The latest audit of the recording that each path holds now.
SELECT present.run_id, recordings.*
FROM v_present_audit AS present
JOIN recordings USING (recording_id)
ORDER BY recordings.path;
