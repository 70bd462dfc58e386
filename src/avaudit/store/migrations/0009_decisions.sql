-- Decisions of people. `about` is the digest of what had been measured when it was decided: a later
-- finding under the same id that rests on other values is not decided yet. Empty: about any.
ALTER TABLE decisions ADD COLUMN about VARCHAR;

-- The decision that holds, for each finding: the last one in the custody chain, whatever clocks said.
-- One that is not in the chain yet is later than all that are; `reopened` leaves a finding undecided.
CREATE OR REPLACE VIEW v_last_decision AS
WITH last AS (
    SELECT decisions.*
    FROM decisions
    LEFT JOIN custody_events AS event ON event.event_id = decisions.decision_id
    QUALIFY row_number() OVER (
        PARTITION BY decisions.finding_id
        ORDER BY
            event."position" DESC NULLS FIRST, decisions.decided_at DESC, decisions.decision_id DESC
    ) = 1
),
present AS (
    SELECT finding_id, any_value(sha256(coalesce(evidence ->> '$.measured', ''))) AS about
    FROM v_present_finding
    WHERE finding_id IN (SELECT finding_id FROM decisions)
    GROUP BY finding_id
)
SELECT last.*
FROM last
LEFT JOIN present USING (finding_id)
WHERE last.verdict <> 'reopened'
    AND coalesce(nullif(last.about, '') = present.about, true);
