SELECT position, start_s, end_s, text, words, trusted, doubt, model, speaker, speaker_role
FROM transcript_segments
WHERE run_id = $run_id
    AND recording_id = $recording_id
    AND end_s >= coalesce($start_s::DOUBLE - $around_s, '-infinity'::DOUBLE)
    AND start_s <= coalesce(coalesce($end_s::DOUBLE, $start_s) + $around_s, 'infinity'::DOUBLE)
ORDER BY position;
