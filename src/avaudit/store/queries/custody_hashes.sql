SELECT "position", hash FROM custody_events WHERE "position" IS NOT NULL;
