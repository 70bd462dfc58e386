DELETE FROM sessions WHERE session_id IN (SELECT unnest($sessions::VARCHAR[]));
