"""Verification of originals against `sha256sum`, and a pass over many small files.

python tests/benchmarks/bench_verify.py [--runs N] [--folder FOLDER] [--gib N] [--originals N]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import measured

sys.path.insert(0, str(measured.ROOT / "tests"))

from avaudit.custody.verification import VerifyReport
from support.originals import audited, configured, tiny_files, verified

_FILE_BYTES = 128 << 20
_LEAST = 0.8


def large(folder: Path, gib: float) -> list[Path]:
    """Files of 128 MiB each, of bytes that do not repeat."""
    made = []
    folder.mkdir()
    for number in range(max(1, round(gib * 8))):
        path = folder / f"{number:03}.bin"
        with path.open("wb") as output:
            for _ in range(_FILE_BYTES >> 20):
                output.write(os.urandom(1 << 20))
        os.utime(path, (1_700_000_000, 1_700_000_000))
        made.append(path)
    return made


def speed(folder: Path, gib: float, runs: int) -> None:
    """Bytes a second of verification and of sha256sum over the same files, one after the other."""
    files = large(folder / "large", gib)
    size = sum(path.stat().st_size for path in files)
    configuration = configured(folder / "large.duckdb")
    audited(folder / "large.duckdb", files, configuration)
    ours, peer = [], []
    for _ in range(runs):
        peer.append(measured.timed(lambda: _sha256sum(files)))
        ours.append(measured.timed(lambda: _whole(verified(configuration), len(files))))
    ratios = [p / o for p, o in zip(peer, ours, strict=True)]
    measured.table(
        ("what", "seconds", "MB/s"),
        [
            ("avaudit verify, all of it", measured.spread(ours),
             f"{size / 1e6 / measured.median(ours):.0f}"),
            ("sha256sum", measured.spread(peer), f"{size / 1e6 / measured.median(peer):.0f}"),
        ],
    )  # fmt: skip
    ratio = measured.median(ratios)
    met = "met" if ratio >= _LEAST else "**missed**"
    measured.say(f"speed / sha256sum's: {ratio:.2f}, target at least {_LEAST}: {met}\n")


def _sha256sum(files: list[Path]) -> None:
    subprocess.run(["sha256sum", *files], check=True, stdout=subprocess.DEVNULL)


def _whole(report: VerifyReport, number: int) -> None:
    assert report.states == {"whole": number}, report.states


def many(folder: Path, number: int) -> None:
    """One byte changed, one file deleted, two swapped, one moved: all found, nothing else."""
    files = tiny_files(folder / "small", number)
    configuration = configured(folder / "small.duckdb")
    audited(folder / "small.duckdb", files, configuration)
    first = measured.timed(lambda: _whole(verified(configuration), number))
    before, status = files[5].read_bytes(), files[5].stat()
    files[5].write_bytes(before[:-1] + bytes([before[-1] ^ 1]))
    os.utime(files[5], ns=(status.st_atime_ns, status.st_mtime_ns))
    files[number // 2].unlink()
    aside = folder / "aside"
    one, other = files[number // 3], files[number // 3 + 1]
    one.rename(aside)
    other.rename(one)
    aside.rename(other)
    files[-7].rename(files[0].parent / "elsewhere.wav")
    began = time.monotonic()
    found = verified(configuration, days=30)
    night = time.monotonic() - began
    expected = {"whole": number - 5, "changed": 1, "missing": 1, "swapped": 2, "moved": 1}
    assert found.states == expected, found.states
    measured.say(f"{number} files of 40 bytes: all read {first:.1f} s; a night (one 30th, and what")
    measured.say(f"was altered) {night:.1f} s, found {dict(found.states)}")


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--gib", type=float, default=2.0)
    parser.add_argument("--originals", type=int, default=10_000)
    given = parser.parse_args()
    measured.heading("bench_verify", f"{given.gib:g} GiB, {given.originals} small files")
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        if given.gib:
            speed(Path(folder), given.gib, given.runs)
        if given.originals:
            many(Path(folder), given.originals)


if __name__ == "__main__":
    main()
