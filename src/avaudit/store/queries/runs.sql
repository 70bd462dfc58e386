SELECT
    runs.*,
    count(audits.recording_id) AS n_recordings,
    max(audits.audited_at) AS last_audited_at
FROM runs
LEFT JOIN audits USING (run_id)
GROUP BY ALL
ORDER BY last_audited_at DESC NULLS LAST, started_at DESC, run_id;
