-- Groups of recordings as subjects of rules: sessions, activities of the register, devices.

-- One row for each group judged under a run. `members` are a session's recordings in order.
CREATE TABLE groups (
    kind         VARCHAR NOT NULL,
    subject_id   VARCHAR NOT NULL,
    run_id       VARCHAR NOT NULL,
    input_digest VARCHAR NOT NULL,
    members      VARCHAR[] NOT NULL,
    activity_id  VARCHAR,
    device_id    VARCHAR,
    started_at   TIMESTAMPTZ,
    ended_at     TIMESTAMPTZ,
    judged_at    TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (kind, subject_id, run_id)
);

-- Sessions are what was judged as such. Until then a recording's rows carry its own id as the
-- session's, as they did when each recording was a session of its own.
DELETE FROM session_recordings;
DELETE FROM sessions;

-- Who a row is about: `recording`, `session`, `activity` or `device`, and its id. A finding about a
-- group names a recording where it concerns one, and its session where it has one.
ALTER TABLE results ADD COLUMN subject_kind VARCHAR DEFAULT 'recording';
ALTER TABLE findings ADD COLUMN subject_kind VARCHAR DEFAULT 'recording';
ALTER TABLE findings ADD COLUMN subject_id VARCHAR;
UPDATE findings SET subject_id = recording_id;
ALTER TABLE findings ALTER COLUMN recording_id DROP NOT NULL;
ALTER TABLE findings ALTER COLUMN session_id DROP NOT NULL;

-- A gap between two recordings was found in no audit of one: its `recording_id` is NULL. Before the
-- first and after the last recording of an activity there is only one of both; where no clock tells
-- how far two lie apart, `length_s` is NULL.
ALTER TABLE gaps ADD COLUMN subject_kind VARCHAR DEFAULT 'recording';
ALTER TABLE gaps ADD COLUMN subject_id VARCHAR;
UPDATE gaps SET subject_id = recording_id;
ALTER TABLE gaps ALTER COLUMN recording_id DROP NOT NULL;
ALTER TABLE gaps ALTER COLUMN session_id DROP NOT NULL;
ALTER TABLE gaps ALTER COLUMN after_recording_id DROP NOT NULL;
ALTER TABLE gaps ALTER COLUMN before_recording_id DROP NOT NULL;
ALTER TABLE gaps ALTER COLUMN length_s DROP NOT NULL;

-- Where "present" is said of a group: as it was judged last.
CREATE VIEW v_present_group AS
SELECT *
FROM groups
QUALIFY row_number() OVER (
    PARTITION BY kind, subject_id ORDER BY judged_at DESC, run_id DESC
) = 1;

-- Findings of the latest audits, and of groups as they were judged last.
CREATE VIEW v_present_finding AS
SELECT findings.*
FROM findings
JOIN v_present_audit AS present
    ON present.run_id = findings.run_id AND present.recording_id = findings.recording_id
WHERE findings.subject_kind = 'recording'
UNION ALL
SELECT findings.*
FROM findings
JOIN v_present_group AS present
    ON present.run_id = findings.run_id
    AND present.kind = findings.subject_kind
    AND present.subject_id = findings.subject_id
WHERE findings.subject_kind <> 'recording';

-- `recording_id` is NULL for results of groups: they count among results, not among recordings.
CREATE OR REPLACE VIEW v_present_result AS
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
    ) AS month,
    results.subject_kind,
    results.subject_id
FROM v_present_audit AS present
JOIN recordings USING (recording_id)
JOIN results ON results.run_id = present.run_id AND results.subject_id = present.recording_id
LEFT JOIN v_rule ON v_rule.rule_id = results.rule_id
WHERE results.subject_kind = 'recording'
UNION ALL
SELECT
    present.run_id,
    NULL AS recording_id,
    present.activity_id,
    results.rule_id,
    coalesce(nullif(results.article, ''), v_rule.article, results.rule_id) AS article,
    results.outcome,
    results.cause,
    strftime(
        timezone('Asia/Shanghai', coalesce(
            CASE WHEN present.kind = 'device' THEN present.ended_at ELSE present.started_at END,
            present.judged_at
        )),
        '%Y-%m'
    ) AS month,
    results.subject_kind,
    results.subject_id
FROM v_present_group AS present
JOIN results
    ON results.run_id = present.run_id
    AND results.subject_kind = present.kind
    AND results.subject_id = present.subject_id
LEFT JOIN v_rule ON v_rule.rule_id = results.rule_id;

-- What a supervisor looks at in the morning: failures first, the most severe first.
-- `span_at` is the moment that the finding's span begins, where the recording has a clock. A finding
-- about a group (see `subject_kind`) has a path where it concerns one recording.
--
-- Where no statement was heard at all, `statement.present` says so once: that each of its elements
-- was not heard either, or could not be told, is left out. What says more than that stays.
CREATE OR REPLACE VIEW v_inbox AS
WITH without_statement AS (
    SELECT run_id, recording_id
    FROM findings
    WHERE rule_id = 'statement.present' AND outcome = 'fail' AND subject_kind = 'recording'
)
SELECT
    findings.finding_id,
    findings.outcome,
    findings.severity,
    findings.rule_id,
    findings.article,
    findings.message_zh,
    findings.message_en,
    recordings.path,
    coalesce(recordings.started_at, groups.started_at) AS started_at,
    findings.start_s,
    findings.end_s,
    recordings.started_at + to_microseconds((findings.start_s * 1e6)::BIGINT) AS span_at,
    activities.activity_id,
    activities.case_no,
    activities.place,
    activities.officers,
    activities.unit,
    coalesce(recordings.device_id, groups.device_id) AS device_id,
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
    + list_position(['critical', 'high', 'medium', 'low'], findings.severity) AS priority,
    findings.subject_kind,
    findings.subject_id,
    findings.session_id
FROM v_present_finding AS findings
LEFT JOIN recordings ON recordings.recording_id = findings.recording_id
LEFT JOIN groups
    ON groups.run_id = findings.run_id
    AND groups.kind = findings.subject_kind
    AND groups.subject_id = findings.subject_id
LEFT JOIN activities ON activities.activity_id = findings.activity_id
LEFT JOIN v_last_decision AS decision ON decision.finding_id = findings.finding_id
WHERE findings.outcome IN ('fail', 'error', 'review', 'open')
    AND NOT (
        findings.rule_id IN (
            'statement.time', 'statement.place', 'statement.officers', 'statement.cause',
            'statement.target', 'statement.stage', 'statement.notice'
        )
        AND (findings.outcome = 'open' OR (findings.outcome = 'fail' AND findings.code = 'absent'))
        AND (findings.run_id, findings.recording_id) IN (
            SELECT (run_id, recording_id) FROM without_statement
        )
    )
ORDER BY
    priority,
    coalesce(recordings.started_at, groups.started_at) NULLS LAST,
    recordings.path,
    findings.start_s;

-- One row a recording; the counts are rules, by what they came to in its latest audit.
CREATE OR REPLACE VIEW v_recording AS
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
    WHERE results.subject_kind = 'recording'
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

-- Stretches worth showing in training: passes and failures with a place, none that a person has
-- dismissed. No officers: whose recording it is does not matter here.
CREATE OR REPLACE VIEW v_examples AS
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
FROM v_present_finding AS findings
JOIN recordings ON recordings.recording_id = findings.recording_id
LEFT JOIN v_last_decision AS decision ON decision.finding_id = findings.finding_id
WHERE findings.outcome IN ('pass', 'fail')
    AND findings.start_s IS NOT NULL
    AND decision.verdict IS DISTINCT FROM 'dismissed'
ORDER BY findings.rule_id, findings.outcome, recordings.path, findings.start_s;

-- Which present recording belongs to which activity: its session's, else that of its own audit.
-- `start_at` where a clock of its own tells it: the file system's may be that of a copy.
CREATE VIEW v_activity_recording AS
SELECT
    coalesce(sessions.activity_id, present.activity_id) AS activity_id,
    present.recording_id,
    sessions.session_id,
    recordings.path,
    recordings.kind,
    coalesce(recordings.device_id, sessions.device_id) AS device_id,
    CASE WHEN recordings.clock_source <> 'mtime' THEN recordings.started_at END AS start_at,
    coalesce(recordings.duration_s, 0) AS duration_s
FROM v_present_audit AS present
JOIN recordings USING (recording_id)
LEFT JOIN session_recordings USING (recording_id)
LEFT JOIN sessions ON sessions.session_id = session_recordings.session_id
WHERE coalesce(sessions.activity_id, present.activity_id) IS NOT NULL;

-- What each device recorded of an activity; a NULL device gathers those that are not known. What
-- several record at once counts for each.
CREATE VIEW v_coverage_device AS
SELECT
    activity_id,
    device_id,
    count(*) AS n_recordings,
    sum(duration_s) AS recorded_s,
    min(start_at) AS started_at,
    max(start_at + to_microseconds((duration_s * 1e6)::BIGINT)) AS ended_at
FROM v_activity_recording
GROUP BY activity_id, device_id
ORDER BY activity_id, device_id;

-- Every activity of the register, recorded or not. `recorded_s` is the time that any device
-- recorded: what several record at once counts once (`device_s` adds all of it up). Recordings that
-- no clock places are counted in full. Photos last no time.
CREATE OR REPLACE VIEW v_coverage AS
WITH placed AS (
    SELECT
        activity_id,
        epoch(start_at) AS onset,
        epoch(start_at) + duration_s AS "offset",
        max(epoch(start_at) + duration_s) OVER (
            PARTITION BY activity_id ORDER BY start_at, recording_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS reached
    FROM v_activity_recording
    WHERE start_at IS NOT NULL
),
covered AS (
    SELECT
        activity_id,
        sum(greatest(0, "offset" - greatest(onset, coalesce(reached, onset)))) AS covered_s
    FROM placed
    GROUP BY activity_id
),
recorded AS (
    SELECT
        activity_id,
        count(*) AS n_recordings,
        count(DISTINCT device_id) AS n_devices,
        sum(duration_s) AS device_s,
        coalesce(sum(duration_s) FILTER (start_at IS NULL), 0) AS unplaced_s
    FROM v_activity_recording
    GROUP BY activity_id
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
    coalesce(covered.covered_s, 0) + coalesce(recorded.unplaced_s, 0) AS recorded_s,
    (coalesce(covered.covered_s, 0) + coalesce(recorded.unplaced_s, 0)) / nullif(planned_s, 0)
        AS share_recorded,
    coalesce(recorded.n_devices, 0) AS n_devices,
    coalesce(recorded.device_s, 0) AS device_s
FROM activities
LEFT JOIN recorded USING (activity_id)
LEFT JOIN covered USING (activity_id)
ORDER BY activities.started_at NULLS LAST, activities.activity_id;

-- The ledger of gaps as it is now: inside recordings, between them, at the ends of activities.
CREATE VIEW v_gap AS
SELECT gaps.*
FROM gaps
JOIN v_present_audit AS present
    ON present.run_id = gaps.run_id AND present.recording_id = gaps.recording_id
WHERE gaps.subject_kind = 'recording'
UNION ALL
SELECT gaps.*
FROM gaps
JOIN v_present_group AS present
    ON present.run_id = gaps.run_id
    AND present.kind = gaps.subject_kind
    AND present.subject_id = gaps.subject_id
WHERE gaps.subject_kind <> 'recording';

-- One row a session. Gaps are those between its files that are no segmentation and no overlap;
-- `n_unexplained` are those among them for which neither words nor writing were found.
CREATE VIEW v_session AS
WITH held AS (
    SELECT
        session_id,
        count(*) AS n_recordings,
        sum(recordings.duration_s) AS recorded_s,
        list(recordings.path ORDER BY position) AS paths
    FROM session_recordings
    JOIN recordings USING (recording_id)
    GROUP BY session_id
),
lost AS (
    SELECT
        session_id,
        count(*) AS n_gaps,
        coalesce(sum(length_s), 0) AS gap_s,
        count(*) FILTER (
            explanation <> 'in_writing' AND NOT starts_with(explanation, 'aloud:')
        ) AS n_unexplained
    FROM v_gap
    WHERE kind IN ('between_files', 'missing_file')
    GROUP BY session_id
)
SELECT
    sessions.session_id,
    sessions.activity_id,
    activities.case_no,
    sessions.device_id,
    sessions.started_at,
    sessions.ended_at,
    epoch(sessions.ended_at) - epoch(sessions.started_at) AS length_s,
    held.n_recordings,
    coalesce(held.recorded_s, 0) AS recorded_s,
    coalesce(lost.n_gaps, 0) AS n_gaps,
    coalesce(lost.gap_s, 0) AS gap_s,
    coalesce(lost.n_unexplained, 0) AS n_unexplained,
    held.paths
FROM sessions
JOIN held USING (session_id)
LEFT JOIN lost USING (session_id)
LEFT JOIN activities ON activities.activity_id = sessions.activity_id
ORDER BY sessions.started_at NULLS LAST, sessions.session_id;
