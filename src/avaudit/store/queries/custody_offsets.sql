SELECT substr(file, 9) AS file, "offset" FROM journal_offsets WHERE starts_with(file, 'custody/');
