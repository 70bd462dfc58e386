-- Every group that there is, with what was judged under a run (NULL: nothing under this one).
SELECT kind, subject_id, max(input_digest) FILTER (run_id = $run_id) AS input_digest
FROM groups
GROUP BY kind, subject_id;
