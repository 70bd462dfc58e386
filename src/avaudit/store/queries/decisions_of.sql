SELECT decision_id, decided_at, actor, verdict, note
FROM decisions
WHERE finding_id = $finding_id
ORDER BY decided_at, decision_id;
