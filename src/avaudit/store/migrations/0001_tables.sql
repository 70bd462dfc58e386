-- Instants are TIMESTAMPTZ; times within a recording are DOUBLE seconds from its first moment.
-- The store is written by replaying the record files beside it: see sync.py.

CREATE TABLE runs (
    run_id           VARCHAR PRIMARY KEY,
    rulebook         VARCHAR NOT NULL,
    rulebook_version VARCHAR NOT NULL,
    rulebook_sha256  VARCHAR NOT NULL,
    models           JSON NOT NULL,
    measurement      JSON NOT NULL,
    avaudit_version  VARCHAR NOT NULL,
    started_at       TIMESTAMPTZ NOT NULL
);

-- One row for each recording audited under a run.
CREATE TABLE audits (
    run_id       VARCHAR NOT NULL,
    recording_id VARCHAR NOT NULL,
    input_digest VARCHAR NOT NULL,
    activity_id  VARCHAR,
    audited_at   TIMESTAMPTZ NOT NULL,
    wall_s       DOUBLE,
    PRIMARY KEY (run_id, recording_id)
);

CREATE TABLE activities (
    activity_id          VARCHAR PRIMARY KEY,
    case_no              VARCHAR NOT NULL,
    kind                 VARCHAR NOT NULL,
    started_at           TIMESTAMPTZ,
    ended_at             TIMESTAMPTZ,
    place                VARCHAR NOT NULL,
    officers             VARCHAR[] NOT NULL,
    cert_nos             VARCHAR[] NOT NULL,
    cause                VARCHAR NOT NULL,
    target               VARCHAR NOT NULL,
    stages               VARCHAR[] NOT NULL,
    device_ids           VARCHAR[] NOT NULL,
    recordings           VARCHAR[] NOT NULL,
    stored_at            TIMESTAMPTZ,
    returned_at          TIMESTAMPTZ,
    written_explanations VARCHAR NOT NULL,
    unit                 VARCHAR NOT NULL
);

-- `seen_at` is when this recording was last audited: the latest one of a path is the present one.
CREATE TABLE recordings (
    recording_id VARCHAR PRIMARY KEY,
    path         VARCHAR NOT NULL,
    sha256       VARCHAR,
    size_bytes   BIGINT,
    started_at   TIMESTAMPTZ,
    clock_source VARCHAR,
    duration_s   DOUBLE,
    container    VARCHAR,
    video_codec  VARCHAR,
    audio_codec  VARCHAR,
    device_id    VARCHAR,
    status       VARCHAR NOT NULL,
    error        VARCHAR,
    kind         VARCHAR NOT NULL,
    mtime_ns     BIGINT,
    width        BIGINT,
    height       BIGINT,
    clocks       JSON NOT NULL,
    seen_at      TIMESTAMPTZ NOT NULL
);

-- A session is what belongs together. So far each recording is one of its own.
CREATE TABLE sessions (
    session_id  VARCHAR PRIMARY KEY,
    activity_id VARCHAR,
    device_id   VARCHAR,
    started_at  TIMESTAMPTZ,
    ended_at    TIMESTAMPTZ
);

CREATE TABLE session_recordings (
    session_id   VARCHAR NOT NULL,
    recording_id VARCHAR NOT NULL,
    position     INTEGER NOT NULL,
    PRIMARY KEY (session_id, recording_id)
);

CREATE TABLE transcript_segments (
    recording_id          VARCHAR NOT NULL,
    run_id                VARCHAR NOT NULL,
    position              INTEGER NOT NULL,
    start_s               DOUBLE NOT NULL,
    end_s                 DOUBLE NOT NULL,
    text                  VARCHAR NOT NULL,
    words                 JSON NOT NULL,
    mean_log_probability  DOUBLE NOT NULL,
    no_speech_probability DOUBLE NOT NULL,
    compression_ratio     DOUBLE NOT NULL,
    trusted               BOOLEAN NOT NULL,
    doubt                 VARCHAR NOT NULL,
    model                 VARCHAR NOT NULL
);

-- The opening statement, element by element: what was heard and what the register expects.
CREATE TABLE statement_elements (
    recording_id VARCHAR NOT NULL,
    element      VARCHAR NOT NULL,
    quote        VARCHAR NOT NULL,
    value        VARCHAR,
    expected     VARCHAR,
    match        VARCHAR,
    start_s      DOUBLE,
    end_s        DOUBLE,
    outcome      VARCHAR NOT NULL,
    run_id       VARCHAR NOT NULL
);

CREATE TABLE gaps (
    session_id          VARCHAR NOT NULL,
    after_recording_id  VARCHAR NOT NULL,
    before_recording_id VARCHAR NOT NULL,
    start_at            TIMESTAMPTZ,
    length_s            DOUBLE NOT NULL,
    kind                VARCHAR NOT NULL,
    explanation         VARCHAR NOT NULL,
    quote               VARCHAR NOT NULL,
    start_s             DOUBLE NOT NULL,
    run_id              VARCHAR NOT NULL,
    recording_id        VARCHAR NOT NULL
);

-- One row for each rule and subject, passes included. A subject is a recording.
CREATE TABLE results (
    run_id     VARCHAR NOT NULL,
    subject_id VARCHAR NOT NULL,
    rule_id    VARCHAR NOT NULL,
    outcome    VARCHAR NOT NULL,
    cause      VARCHAR NOT NULL,
    article    VARCHAR NOT NULL,
    severity   VARCHAR
);

CREATE TABLE findings (
    finding_id   VARCHAR NOT NULL,
    run_id       VARCHAR NOT NULL,
    recording_id VARCHAR NOT NULL,
    session_id   VARCHAR NOT NULL,
    activity_id  VARCHAR,
    rule_id      VARCHAR NOT NULL,
    article      VARCHAR NOT NULL,
    code         VARCHAR NOT NULL,
    outcome      VARCHAR NOT NULL,
    severity     VARCHAR NOT NULL,
    grade        VARCHAR,
    score        DOUBLE,
    start_s      DOUBLE,
    end_s        DOUBLE,
    message_zh   VARCHAR NOT NULL,
    message_en   VARCHAR NOT NULL,
    evidence     JSON NOT NULL
);

-- What was measured, by the bytes it was measured in, so that it is measured once.
CREATE TABLE signals (
    sha256  VARCHAR NOT NULL,
    name    VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    body    JSON NOT NULL,
    PRIMARY KEY (sha256, name, version)
);

CREATE TABLE custody_events (
    event_id     VARCHAR PRIMARY KEY,
    recording_id VARCHAR NOT NULL,
    kind         VARCHAR NOT NULL,
    happened_at  TIMESTAMPTZ NOT NULL,
    actor        VARCHAR NOT NULL,
    sha256       VARCHAR,
    path         VARCHAR NOT NULL
);

CREATE TABLE decisions (
    decision_id VARCHAR PRIMARY KEY,
    finding_id  VARCHAR NOT NULL,
    decided_at  TIMESTAMPTZ NOT NULL,
    actor       VARCHAR NOT NULL,
    verdict     VARCHAR NOT NULL,
    note        VARCHAR NOT NULL
);

-- Up to which byte each record file stands in the tables above.
CREATE TABLE journal_offsets (
    file     VARCHAR PRIMARY KEY,
    "offset" BIGINT NOT NULL
);
