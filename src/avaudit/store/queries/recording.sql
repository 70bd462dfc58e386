SELECT * FROM recordings WHERE recording_id = $recording_id;
