-- $sessions: sessions that are gone; $recordings: those that belong to another session now, or to
-- none. Gives the recordings whose session may have changed.
DELETE FROM session_recordings
WHERE session_id IN (SELECT unnest(from_json_strict($sessions, '["VARCHAR"]')))
    OR recording_id IN (SELECT unnest(from_json_strict($recordings, '["VARCHAR"]')))
RETURNING recording_id;
