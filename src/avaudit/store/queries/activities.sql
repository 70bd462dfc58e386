SELECT * FROM activities ORDER BY activity_id;
