-- The recording that each path held when it was last audited.
SELECT path, recording_id, sha256, size_bytes, mtime_ns, status, ctime_ns, duration_s, clocks
FROM recordings
QUALIFY row_number() OVER (PARTITION BY path ORDER BY seen_at DESC, recording_id DESC) = 1;
