-- Those of the record files; the custody chain's stand under `custody/`.
SELECT file, "offset" FROM journal_offsets WHERE NOT starts_with(file, 'custody/');
