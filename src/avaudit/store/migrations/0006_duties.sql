-- The inode time of a file as it was when its bytes were first seen there: no program can set it
-- back, so it bears witness of when a recording was stored.
ALTER TABLE recordings ADD COLUMN ctime_ns BIGINT;

-- What recordings tell about devices, by month: shares come with what they are shares of. A trouble
-- is a rule `device.*` that failed or is for review; a recording counts once however many it has.
CREATE VIEW v_device_month AS
SELECT
    recordings.device_id AS device,
    result.month,
    count(DISTINCT result.recording_id) AS n_recordings,
    count(DISTINCT result.recording_id) FILTER (result.outcome IN ('fail', 'review')) AS n_troubled,
    count(DISTINCT result.recording_id) FILTER (
        result.outcome IN ('fail', 'review') AND result.rule_id = 'device.power_loss'
    ) AS n_power_loss,
    count(DISTINCT result.recording_id) FILTER (
        result.outcome IN ('fail', 'review') AND result.rule_id = 'device.clock_wrong'
    ) AS n_clock_wrong,
    count(DISTINCT result.recording_id) FILTER (result.outcome IN ('open', 'error')) AS n_open,
    n_troubled / n_recordings AS share_troubled
FROM v_present_result AS result
JOIN recordings USING (recording_id)
WHERE starts_with(result.rule_id, 'device.') AND result.subject_kind = 'recording'
GROUP BY recordings.device_id, result.month
ORDER BY result.month, n_troubled DESC, device;
