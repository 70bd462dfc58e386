-- Views for people. Where "present" is said: the latest audit of the recording that a path holds
-- now. Months are local ones (Asia/Shanghai) whatever the time zone of the reading program.

CREATE VIEW v_present_audit AS
SELECT audits.*
FROM audits
JOIN recordings USING (recording_id)
WHERE recording_id IN (
    SELECT arg_max(recording_id, (seen_at, recording_id)) FROM recordings GROUP BY path
)
QUALIFY row_number() OVER (
    PARTITION BY recording_id ORDER BY audited_at DESC, run_id DESC
) = 1;

-- What findings say of a rule, for results that do not say it themselves.
CREATE VIEW v_rule AS
SELECT rule_id, max(nullif(article, '')) AS article, max(severity) AS severity
FROM findings
GROUP BY rule_id;

-- A rule whose article nobody has told stands under its own id.
CREATE VIEW v_present_result AS
SELECT
    present.run_id,
    present.recording_id,
    present.activity_id,
    results.rule_id,
    coalesce(nullif(results.article, ''), v_rule.article, results.rule_id) AS article,
    results.outcome,
    results.cause,
    strftime(
        timezone('Asia/Shanghai', coalesce(recordings.started_at, present.audited_at)), '%Y-%m'
    ) AS month
FROM v_present_audit AS present
JOIN recordings USING (recording_id)
JOIN results ON results.run_id = present.run_id AND results.subject_id = present.recording_id
LEFT JOIN v_rule ON v_rule.rule_id = results.rule_id;

CREATE VIEW v_last_decision AS
SELECT *
FROM decisions
QUALIFY row_number() OVER (
    PARTITION BY finding_id ORDER BY decided_at DESC, decision_id DESC
) = 1;

-- What a supervisor looks at in the morning: failures first, the most severe first.
-- `span_at` is the moment that the finding's span begins, where the recording has a clock.
CREATE VIEW v_inbox AS
SELECT
    findings.finding_id,
    findings.outcome,
    findings.severity,
    findings.rule_id,
    findings.article,
    findings.message_zh,
    findings.message_en,
    recordings.path,
    recordings.started_at,
    findings.start_s,
    findings.end_s,
    recordings.started_at + to_microseconds((findings.start_s * 1e6)::BIGINT) AS span_at,
    activities.activity_id,
    activities.case_no,
    activities.place,
    activities.officers,
    activities.unit,
    recordings.device_id,
    findings.grade,
    findings.score,
    decision.verdict AS decision,
    decision.actor AS decided_by,
    decision.decided_at,
    decision.note,
    findings.recording_id,
    findings.run_id,
    findings.code,
    10 * CASE findings.outcome WHEN 'fail' THEN 1 WHEN 'error' THEN 1 WHEN 'review' THEN 2 ELSE 3 END
    + list_position(['critical', 'high', 'medium', 'low'], findings.severity) AS priority
FROM findings
JOIN v_present_audit AS present
    ON present.run_id = findings.run_id AND present.recording_id = findings.recording_id
JOIN recordings ON recordings.recording_id = findings.recording_id
LEFT JOIN activities ON activities.activity_id = findings.activity_id
LEFT JOIN v_last_decision AS decision ON decision.finding_id = findings.finding_id
WHERE findings.outcome IN ('fail', 'error', 'review', 'open')
ORDER BY priority, recordings.started_at NULLS LAST, recordings.path, findings.start_s;

-- One row a recording; the counts are rules, by what they came to in its latest audit.
CREATE VIEW v_recording AS
WITH latest AS (
    SELECT * FROM audits
    QUALIFY row_number() OVER (
        PARTITION BY recording_id ORDER BY audited_at DESC, run_id DESC
    ) = 1
),
counts AS (
    SELECT
        latest.recording_id,
        count(*) FILTER (results.outcome = 'fail') AS n_fail,
        count(*) FILTER (results.outcome = 'error') AS n_error,
        count(*) FILTER (results.outcome = 'review') AS n_review,
        count(*) FILTER (results.outcome = 'open') AS n_open,
        count(*) FILTER (results.outcome = 'pass') AS n_pass,
        count(*) FILTER (results.outcome = 'not_applicable') AS n_not_applicable
    FROM latest
    JOIN results ON results.run_id = latest.run_id AND results.subject_id = latest.recording_id
    GROUP BY latest.recording_id
)
SELECT
    recordings.recording_id,
    recordings.path,
    recordings.kind,
    recordings.status,
    recordings.error,
    recordings.started_at,
    recordings.duration_s,
    recordings.device_id,
    latest.activity_id,
    coalesce(n_fail, 0) AS n_fail,
    coalesce(n_error, 0) AS n_error,
    coalesce(n_review, 0) AS n_review,
    coalesce(n_open, 0) AS n_open,
    coalesce(n_pass, 0) AS n_pass,
    coalesce(n_not_applicable, 0) AS n_not_applicable,
    latest.run_id,
    latest.audited_at,
    recordings.recording_id IN (SELECT recording_id FROM v_present_audit) AS present
FROM recordings
LEFT JOIN latest USING (recording_id)
LEFT JOIN counts USING (recording_id)
ORDER BY recordings.started_at NULLS LAST, recordings.path;

-- Weak points by month. `n_results` counts the rules that applied, recording by recording: it is
-- what the other numbers are shares of; `n_open` counts what could not be told, errors included.
-- A NULL subject gathers recordings that match no activity.
CREATE VIEW v_officer_month AS
SELECT
    month,
    officer AS subject,
    count(DISTINCT recording_id) AS n_recordings,
    count(*) AS n_results,
    count(*) FILTER (outcome = 'fail') AS n_fail,
    count(*) FILTER (outcome = 'review') AS n_review,
    count(*) FILTER (outcome IN ('open', 'error')) AS n_open,
    count(*) FILTER (outcome IN ('open', 'error')) / count(*) AS share_open
FROM v_present_result AS result
LEFT JOIN (
    SELECT activity_id, unnest(list_distinct(officers)) AS officer FROM activities
) AS officers USING (activity_id)
WHERE outcome <> 'not_applicable'
GROUP BY month, officer
ORDER BY month, officer;

CREATE VIEW v_unit_month AS
SELECT
    month,
    nullif(unit, '') AS subject,
    count(DISTINCT recording_id) AS n_recordings,
    count(*) AS n_results,
    count(*) FILTER (outcome = 'fail') AS n_fail,
    count(*) FILTER (outcome = 'review') AS n_review,
    count(*) FILTER (outcome IN ('open', 'error')) AS n_open,
    count(*) FILTER (outcome IN ('open', 'error')) / count(*) AS share_open
FROM v_present_result AS result
LEFT JOIN activities USING (activity_id)
WHERE outcome <> 'not_applicable'
GROUP BY month, nullif(unit, '')
ORDER BY month, nullif(unit, '');

CREATE VIEW v_article_month AS
SELECT
    month,
    article AS subject,
    count(DISTINCT recording_id) AS n_recordings,
    count(*) AS n_results,
    count(*) FILTER (outcome = 'fail') AS n_fail,
    count(*) FILTER (outcome = 'review') AS n_review,
    count(*) FILTER (outcome IN ('open', 'error')) AS n_open,
    count(*) FILTER (outcome IN ('open', 'error')) / count(*) AS share_open
FROM v_present_result
WHERE outcome <> 'not_applicable'
GROUP BY month, article
ORDER BY month, article;

-- Every activity of the register, recorded or not. `recorded_s` adds up the recordings: two
-- devices at the same scene count twice, so a share above 1 is nothing odd. Photos last no time.
CREATE VIEW v_coverage AS
WITH recorded AS (
    SELECT
        present.activity_id,
        count(*) AS n_recordings,
        coalesce(sum(recordings.duration_s), 0) AS recorded_s
    FROM v_present_audit AS present
    JOIN recordings USING (recording_id)
    GROUP BY present.activity_id
)
SELECT
    activities.activity_id,
    activities.case_no,
    activities.kind,
    activities.unit,
    activities.officers,
    activities.started_at,
    activities.ended_at,
    epoch(activities.ended_at) - epoch(activities.started_at) AS planned_s,
    coalesce(recorded.n_recordings, 0) AS n_recordings,
    coalesce(recorded.recorded_s, 0) AS recorded_s,
    coalesce(recorded.recorded_s, 0) / nullif(planned_s, 0) AS share_recorded
FROM activities
LEFT JOIN recorded USING (activity_id)
ORDER BY activities.started_at NULLS LAST, activities.activity_id;

-- Stretches worth showing in training: passes and failures with a place, none that a person has
-- dismissed. No officers: whose recording it is does not matter here.
CREATE VIEW v_examples AS
SELECT
    findings.rule_id,
    findings.article,
    findings.outcome,
    findings.severity,
    findings.code,
    findings.message_zh,
    findings.message_en,
    coalesce(findings.evidence ->> '$.quote', '') AS quote,
    findings.start_s,
    findings.end_s,
    recordings.path,
    recordings.kind,
    findings.score,
    decision.verdict AS decision,
    findings.finding_id,
    findings.recording_id
FROM findings
JOIN v_present_audit AS present
    ON present.run_id = findings.run_id AND present.recording_id = findings.recording_id
JOIN recordings ON recordings.recording_id = findings.recording_id
LEFT JOIN v_last_decision AS decision ON decision.finding_id = findings.finding_id
WHERE findings.outcome IN ('pass', 'fail')
    AND findings.start_s IS NOT NULL
    AND decision.verdict IS DISTINCT FROM 'dismissed'
ORDER BY findings.rule_id, findings.outcome, recordings.path, findings.start_s;
