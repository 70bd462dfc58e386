DELETE FROM sessions WHERE session_id IN (SELECT unnest(from_json_strict($sessions, '["VARCHAR"]')));
