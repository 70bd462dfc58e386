INSERT INTO journal_offsets VALUES ($file, $end)
ON CONFLICT (file) DO UPDATE SET "offset" = excluded."offset";
