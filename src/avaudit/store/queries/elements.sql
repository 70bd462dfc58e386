-- The elements of a statement in the order of Article 14, each with the finding that it comes from.
SELECT
    statement_elements.*,
    findings.finding_id,
    findings.code,
    findings.evidence -> '$.measured.either' AS either
FROM statement_elements
LEFT JOIN findings
    ON findings.run_id = statement_elements.run_id
    AND findings.recording_id = statement_elements.recording_id
    AND findings.rule_id = 'statement.' || statement_elements.element
WHERE statement_elements.run_id = $run_id AND statement_elements.recording_id = $recording_id
ORDER BY list_position(
    ['time', 'place', 'officers', 'cause', 'target', 'stage', 'notice'], statement_elements.element
);
