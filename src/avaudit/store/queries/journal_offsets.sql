SELECT file, "offset" FROM journal_offsets;
