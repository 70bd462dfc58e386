-- In the order in which they were put on record; what is not in the chain yet comes last.
SELECT decisions.decision_id, decided_at, decisions.actor, verdict, note, about
FROM decisions
LEFT JOIN custody_events AS event ON event.event_id = decisions.decision_id
WHERE finding_id = $finding_id
ORDER BY event."position" NULLS LAST, decided_at, decisions.decision_id;
