-- What a recording brings into its groups: its latest audit, and what the file is.
SELECT
    present.recording_id,
    recordings.path,
    recordings.kind,
    recordings.status,
    recordings.device_id,
    present.activity_id,
    recordings.started_at,
    recordings.clock_source,
    recordings.clocks,
    recordings.duration_s,
    recordings.size_bytes,
    recordings.sha256
FROM v_present_audit AS present
JOIN recordings USING (recording_id)
ORDER BY recordings.path, present.recording_id;
