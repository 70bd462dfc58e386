SELECT speaker, spoken_s, level_dbfs, start_s, role, wearer_score
FROM speakers
WHERE run_id = $run_id AND recording_id = $recording_id
ORDER BY start_s, speaker;
