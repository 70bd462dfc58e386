"""Auditing again: what is the same stays, what has changed is done again, and nothing else."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from avaudit.audit import Auditor
from avaudit.batch import BatchReport, Watcher, run_batch
from avaudit.configuration import configure
from avaudit.domain.examination import Examination, ExamineRequest
from avaudit.domain.signal import PacketTimeline
from avaudit.ingest.discover import discover
from avaudit.ingest.register import read_register
from avaudit.isolate import WorkerPool
from avaudit.rules.load import load_rulebook
from avaudit.settings import Settings, load_settings
from support.night import ask, rows_of, tiny_recordings

_BOOK = Path(__file__).parents[2] / "src/avaudit/rules/books/qingyang.yaml"
_HEADER = "activity_id,case_no,kind,started_at,ended_at,place,officers,recordings\n"


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    return tiny_recordings(tmp_path / "recordings", 3)


@pytest.fixture
def examined(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that a worker is asked to open; the workers are the real ones."""
    names: list[str] = []
    real = WorkerPool.examine

    def counting(pool: WorkerPool, request: ExamineRequest) -> Examination:
        names.append(Path(os.fsdecode(bytes.fromhex(request.path_bytes))).name)
        return real(pool, request)

    monkeypatch.setattr(WorkerPool, "examine", counting)
    return names


def _settings(tmp_path: Path, rulebook: Path | str = "qingyang") -> Settings:
    return load_settings(db=tmp_path / "s.duckdb", rulebook=str(rulebook), speech_model="none")


def _audit(
    tmp_path: Path,
    paths: Sequence[Path],
    rulebook: Path | str = "qingyang",
    register: Path | None = None,
) -> BatchReport:
    read = read_register(register) if register else None
    with Auditor(configure(_settings(tmp_path, rulebook), read)) as auditor:
        waiting = auditor.pending(discover(paths).recordings)
        auditor.note_register()
        report = run_batch(auditor, waiting, Watcher())
        auditor.finish()
    assert not report.failed
    return report


def _changed_book(tmp_path: Path) -> Path:
    """The shipped book with a lower limit for the picture and a version of its own."""
    text = _BOOK.read_text(encoding="utf-8")
    changed = text.replace('version: "2026.1"', 'version: "2026.2"')
    changed = changed.replace("min_short_side_px: 480", "min_short_side_px: 100")
    changed = changed.replace("recommended_short_side_px: 720", "recommended_short_side_px: 110")
    assert changed.count("2026.2") == 1
    book = tmp_path / "book.yaml"
    book.write_text(changed, encoding="utf-8")
    assert load_rulebook(str(book)).version == "2026.2"
    return book


def test_a_second_audit_changes_nothing_and_opens_nothing(
    recordings: Path, tmp_path: Path, examined: list[str]
) -> None:
    assert _audit(tmp_path, [recordings]).audited == 3
    before = rows_of(tmp_path / "s.duckdb")
    lines = _lines(tmp_path)
    examined.clear()
    assert _audit(tmp_path, [recordings]).audited == 0
    assert rows_of(tmp_path / "s.duckdb") == before
    assert _lines(tmp_path) == lines
    assert not examined


def _lines(tmp_path: Path) -> list[bytes]:
    return [line for f in sorted(tmp_path.glob("s.records/*.jsonl"))
            for line in f.read_bytes().splitlines()]  # fmt: skip


def test_a_changed_rule_book_decides_anew_over_what_was_measured(
    recordings: Path, tmp_path: Path, examined: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _audit(tmp_path, [recordings])
    before = rows_of(tmp_path / "s.duckdb")
    examined.clear()
    monkeypatch.setattr(WorkerPool, "_start", None)  # whoever wants a worker now fails
    assert _audit(tmp_path, [recordings], _changed_book(tmp_path)).audited == 3
    assert not examined
    after = rows_of(tmp_path / "s.duckdb")
    assert len(after["runs"]) == 2
    assert after["signals"] == before["signals"]
    assert after["recordings"] == before["recordings"]
    for table in ("results", "audits", "findings"):
        assert set(map(repr, before[table])) < set(map(repr, after[table])), table
    decided = ask(
        tmp_path / "s.duckdb",
        "SELECT rulebook_version, outcome FROM results JOIN runs USING (run_id) "
        "JOIN recordings ON recording_id = subject_id "
        "WHERE rule_id = 'quality.low_resolution' AND path LIKE '%.mp4' ORDER BY 1",
    )
    assert decided == [("2026.1", "fail"), ("2026.2", "pass")]
    inbox = ask(tmp_path / "s.duckdb", "SELECT count(*) FROM v_inbox WHERE rule_id = "
                                       "'quality.low_resolution'")  # fmt: skip
    assert inbox == [(0,)]


def test_a_file_that_changed_is_measured_under_a_new_book_too(
    recordings: Path, tmp_path: Path, examined: list[str]
) -> None:
    """Kept signals are for the bytes they were measured in, not for a name."""
    _audit(tmp_path, [recordings])
    examined.clear()
    shutil.copyfile(recordings / "r02.wav", recordings / "r01.wav")
    os.utime(recordings / "r01.wav", ns=(1, 1))
    assert _audit(tmp_path, [recordings], _changed_book(tmp_path)).audited == 3
    assert examined == ["r01.wav"]


def test_a_changed_row_of_the_register_concerns_only_its_recordings(
    recordings: Path, tmp_path: Path, examined: list[str]
) -> None:
    register = tmp_path / "register.csv"
    rows = [
        "A1,案一,检查,2026-11-18 09:00:00,2026-11-18 10:00:00,甲村,李晓红,r01.*\n",
        "A2,案二,检查,2026-11-18 09:00:00,2026-11-18 10:00:00,乙村,王建国,r02.*\n",
    ]
    register.write_text(_HEADER + "".join(rows), encoding="utf-8")
    _audit(tmp_path, [recordings], register=register)
    before = rows_of(tmp_path / "s.duckdb")
    assert _audit(tmp_path, [recordings], register=register).audited == 0
    assert rows_of(tmp_path / "s.duckdb") == before
    register.write_text(_HEADER + rows[0] + rows[1].replace("乙村", "丙村"), encoding="utf-8")
    examined.clear()
    assert _audit(tmp_path, [recordings], register=register).audited == 1
    assert not examined
    after = rows_of(tmp_path / "s.duckdb")
    assert ask(tmp_path / "s.duckdb", "SELECT activity_id, place FROM activities ORDER BY 1") == [
        ("A1", "甲村"), ("A2", "丙村"),
    ]  # fmt: skip
    assert after["runs"] == before["runs"]
    assert after["results"] == before["results"]
    changed = set(map(repr, after["audits"])) - set(map(repr, before["audits"]))
    assert len(changed) == 1
    assert len(after["audits"]) == 3


def _ids(tmp_path: Path) -> dict[str, str]:
    found = ask(tmp_path / "s.duckdb", "SELECT path, recording_id FROM recordings")
    return {str(Path(path).relative_to(tmp_path)): recording for path, recording in found}


def test_a_moved_file_stays_the_recording_it_was(
    recordings: Path, tmp_path: Path, examined: list[str]
) -> None:
    _audit(tmp_path, [recordings])
    before = _ids(tmp_path)
    (tmp_path / "moved").mkdir()
    (recordings / "r01.wav").rename(tmp_path / "moved" / "other name.wav")
    _audit(tmp_path, [recordings, tmp_path / "moved"])
    after = _ids(tmp_path)
    assert after.pop("moved/other name.wav") == before.pop("recordings/r01.wav")
    assert after == before
    assert ask(tmp_path / "s.duckdb", "SELECT count(*) FROM audits") == [(3,)]


def test_a_copy_elsewhere_is_a_recording_of_its_own(recordings: Path, tmp_path: Path) -> None:
    _audit(tmp_path, [recordings])
    before = _ids(tmp_path)
    (tmp_path / "copies").mkdir()
    shutil.copy2(recordings / "r01.wav", tmp_path / "copies" / "r01.wav")
    _audit(tmp_path, [recordings, tmp_path / "copies"])
    after = _ids(tmp_path)
    copy = after.pop("copies/r01.wav")
    assert copy not in before.values()
    assert after == before
    digests = ask(tmp_path / "s.duckdb", "SELECT count(DISTINCT sha256), count(*) FROM recordings")
    assert digests == [(3, 4)]


def test_of_two_copies_of_a_file_moved_away_only_one_takes_its_place(
    recordings: Path, tmp_path: Path
) -> None:
    _audit(tmp_path, [recordings])
    before = _ids(tmp_path)
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        shutil.copy2(recordings / "r01.wav", tmp_path / name / "r01.wav")
    (recordings / "r01.wav").unlink()
    _audit(tmp_path, [recordings, tmp_path / "a", tmp_path / "b"])
    ids = [recording for path, recording in _ids(tmp_path).items() if path.endswith("r01.wav")]
    assert len(ids) == len(set(ids)) == 2
    assert before["recordings/r01.wav"] in ids


def test_of_a_path_that_holds_other_bytes_now_only_these_are_shown(
    recordings: Path, tmp_path: Path
) -> None:
    place = recordings / "r00.mp4"
    _audit(tmp_path, [recordings])
    old = _ids(tmp_path)["recordings/r00.mp4"]
    place.write_bytes(b"\x00\x00\x00\x18ftypmp42" + bytes(100))
    _audit(tmp_path, [recordings])
    db = tmp_path / "s.duckdb"
    shown = ask(db, "SELECT DISTINCT recording_id, rule_id, outcome FROM v_inbox "
                    "WHERE path LIKE '%r00.mp4' AND outcome = 'fail'")  # fmt: skip
    assert [(rule, outcome) for _, rule, outcome in shown] == [("quality.unreadable", "fail")]
    assert shown[0][0] != old
    assert ask(db, "SELECT present FROM v_recording WHERE recording_id = ?", old) == [(False,)]
    kept = ask(db, "SELECT count(*) FROM findings WHERE recording_id = ?", old)
    assert kept[0][0] > 0


def test_bytes_that_come_back_to_their_place_are_shown_again(
    recordings: Path, tmp_path: Path
) -> None:
    place, aside = recordings / "r00.mp4", tmp_path / "aside"
    _audit(tmp_path, [recordings])
    first = _ids(tmp_path)["recordings/r00.mp4"]
    shutil.copy2(place, aside)
    place.write_bytes(b"\x00\x00\x00\x18ftypmp42" + bytes(100))
    _audit(tmp_path, [recordings])
    shutil.copy2(aside, place)
    assert _audit(tmp_path, [recordings]).audited == 1
    shown = ask(tmp_path / "s.duckdb",
                "SELECT DISTINCT recording_id FROM v_inbox WHERE path LIKE '%r00.mp4'")  # fmt: skip
    assert shown == [(first,)]
    assert _audit(tmp_path, [recordings]).audited == 0


def test_a_register_is_noted_once_and_again_when_a_row_changes(
    recordings: Path, tmp_path: Path
) -> None:
    register = tmp_path / "register.csv"
    row = "A1,1,检查,2026-11-18 09:00,2026-11-18 10:00,甲村,张三;李四,*\n"
    register.write_text(_HEADER + row, encoding="utf-8")
    for _ in range(2):
        _audit(tmp_path, [recordings], register=register)
        assert sum(b'"type":"register"' in line for line in _lines(tmp_path)) == 1
    register.write_text(_HEADER + row.replace("甲村", "乙村"), encoding="utf-8")
    _audit(tmp_path, [recordings], register=register)
    assert ask(tmp_path / "s.duckdb", "SELECT place FROM activities") == [("乙村",)]


def test_other_bytes_under_the_same_size_and_time_take_nothing_that_was_kept(
    samples: Path, models_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Speech that was heard in one file must not be said of another one that took its place."""
    path = tmp_path / "r" / "a.wav"
    path.parent.mkdir()
    shutil.copy(samples / "REC_20261119_100000.wav", path)
    settings = load_settings(db=tmp_path / "s.duckdb", models_dir=models_dir)
    _audit_with(settings, path)
    before = path.stat()
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))  # mu-law silence
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    # An update of the program measures packets anew, and would keep what was heard.
    monkeypatch.setattr(PacketTimeline, "VERSION", PacketTimeline.VERSION + 1)
    monkeypatch.setattr("avaudit.configuration.__version__", "another")
    _audit_with(settings, path)
    heard = ask(
        tmp_path / "s.duckdb",
        "SELECT s.sha256 = r.sha256, count(t.text) FROM v_present_audit a"
        " JOIN recordings r USING (recording_id)"
        " JOIN signals s ON s.sha256 = r.sha256 AND s.name LIKE 'transcript%'"
        " LEFT JOIN transcript_segments t USING (recording_id) GROUP BY ALL",
    )
    assert heard == [(True, 0)]


def _audit_with(settings: Settings, path: Path) -> None:
    with Auditor(configure(settings)) as auditor:
        waiting = auditor.pending(discover([path]).recordings)
        assert run_batch(auditor, waiting, Watcher()).audited == 1
        auditor.finish()
