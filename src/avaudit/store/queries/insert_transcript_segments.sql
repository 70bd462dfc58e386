-- $rows: a JSON list of audits with the name of their transcript. Where it was measured before, the
-- row has no body: the newest kept signal of that name for the recording's bytes is taken.
-- `speakers` names the voice of each segment, in order; the list is empty where nobody measured.
INSERT INTO transcript_segments BY NAME
WITH wanted AS (
    SELECT unnest(from_json_strict($rows, '[{
        "run_id": "VARCHAR",
        "recording_id": "VARCHAR",
        "sha256": "VARCHAR",
        "name": "VARCHAR",
        "body": "JSON",
        "speakers": ["VARCHAR"],
        "wearer": "VARCHAR"
    }]'), max_depth := 2)
),
kept AS (
    SELECT sha256, name, arg_max(body, version) AS body
    FROM signals
    SEMI JOIN wanted USING (sha256, name)
    GROUP BY sha256, name
),
transcript AS (
    SELECT
        wanted.run_id,
        wanted.recording_id,
        wanted.speakers,
        wanted.wearer,
        coalesce(wanted.body, kept.body) AS body
    FROM wanted
    LEFT JOIN kept USING (sha256, name)
),
listed AS (
    SELECT
        run_id,
        recording_id,
        speakers,
        wearer,
        body ->> '$.model' AS model,
        from_json_strict(body -> '$.segments', '[{
            "onset_s": "DOUBLE",
            "offset_s": "DOUBLE",
            "text": "VARCHAR",
            "words": "JSON",
            "mean_log_probability": "DOUBLE",
            "no_speech_probability": "DOUBLE",
            "compression_ratio": "DOUBLE",
            "trusted": "BOOLEAN",
            "doubt": "VARCHAR"
        }]') AS segments
    FROM transcript
    WHERE body IS NOT NULL
),
segment AS (
    SELECT
        run_id,
        recording_id,
        speakers,
        wearer,
        model,
        generate_subscripts(segments, 1) - 1 AS position,
        unnest(segments) AS said
    FROM listed
)
SELECT
    recording_id,
    run_id,
    position,
    said.onset_s AS start_s,
    said.offset_s AS end_s,
    said.text,
    said.words,
    said.mean_log_probability,
    said.no_speech_probability,
    said.compression_ratio,
    said.trusted,
    said.doubt,
    model,
    speakers[position + 1] AS speaker,
    CASE
        WHEN speakers[position + 1] IS NULL OR wearer IS NULL THEN NULL
        WHEN speakers[position + 1] = wearer THEN 'wearer'
        ELSE 'other'
    END AS speaker_role
FROM segment;
