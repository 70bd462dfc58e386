-- Recordings that a user may mean, each with its latest audit: by id, or by the path or the end of
-- the path at which a recording lies now.
WITH latest AS (
    SELECT run_id, recording_id, activity_id
    FROM audits
    QUALIFY row_number() OVER (
        PARTITION BY recording_id ORDER BY audited_at DESC, run_id DESC
    ) = 1
)
SELECT latest.run_id, latest.activity_id, recordings.*
FROM recordings
JOIN latest USING (recording_id)
WHERE recordings.recording_id = $name
    OR (
        recordings.recording_id IN (SELECT recording_id FROM v_present_audit)
        AND (recordings.path = $path OR ends_with(recordings.path, '/' || $name))
    )
ORDER BY recordings.path;
