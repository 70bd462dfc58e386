"""What the benchmarks share: the machine in words, tables, and processes measured as they run."""

from __future__ import annotations

import argparse
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
AVAUDIT = [sys.executable, "-m", "avaudit"]
_SAMPLING_S = 0.02

Sample = tuple[float, int]


@dataclass
class Process:
    """A process that has ended: wall time, and peak resident memory of it and of its children."""

    wall_s: float = 0.0
    status: int = 0
    peak_mb: float = 0.0
    children_mb: dict[str, float] = field(default_factory=dict)
    samples: list[Sample] = field(default_factory=list)

    @property
    def worker_mb(self) -> float:
        """The largest peak among worker processes."""
        return max((mb for name, mb in self.children_mb.items() if "worker" in name), default=0.0)


def run(
    command: Sequence[str],
    environment: dict[str, str] | None = None,
    progress: Callable[[], int] | None = None,
) -> Process:
    """Run a command to its end and watch its memory. `progress` gives what it has done so far.

    Raises `RuntimeError` with its last words where it fails (status 2 or more, or a signal).
    """
    done = Process()
    with tempfile.TemporaryFile() as output:
        began = time.monotonic()
        process = subprocess.Popen(
            command, env={**os.environ, **(environment or {})}, stdout=output, stderr=output
        )
        watcher = threading.Thread(target=_watch, args=(process, done, progress))
        watcher.start()
        done.status = process.wait()
        done.wall_s = time.monotonic() - began
        watcher.join()
        if done.status not in (0, 1):
            output.seek(0)
            words = output.read().decode(errors="replace")[-2000:]
            raise RuntimeError(f"{shlex.join(command)}: status {done.status}\n{words}")
    return done


def _watch(
    process: subprocess.Popen[bytes], done: Process, progress: Callable[[], int] | None
) -> None:
    while process.poll() is None:
        done.peak_mb = max(done.peak_mb, memory_mb(process.pid, "VmHWM"))
        for child in children(process.pid):
            name = f"{child} {_command_of(child)}"
            peak = memory_mb(child, "VmHWM")
            done.children_mb[name] = max(done.children_mb.get(name, 0.0), peak)
        if progress:
            done.samples.append((memory_mb(process.pid, "VmRSS"), progress()))
        # Memory is looked at now and then: nothing tells when it changes.
        time.sleep(_SAMPLING_S if not progress else 10 * _SAMPLING_S)


def memory_mb(pid: int, what: str) -> float:
    """A figure of /proc/PID/status in MiB; 0 for a process that has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(what)), 0.0)


def children(pid: int) -> list[int]:
    """Processes that a process has started and that still run."""
    try:
        lists = [p.read_text() for p in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:
        return []
    return [int(child) for text in lists for child in text.split()]


def _command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def timed(work: Callable[[], object]) -> float:
    """Seconds that a call takes."""
    began = time.monotonic()
    work()
    return time.monotonic() - began


def median(values: Iterable[float]) -> float:
    """The median."""
    return statistics.median(values)


def spread(values: Sequence[float], digits: int = 2) -> str:
    """Median and range, as they stand in a table."""
    low, high = min(values), max(values)
    return f"{median(values):.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def options(about: str, runs: int) -> argparse.Namespace:
    """The arguments of a benchmark: how often, and where its files are kept."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--runs", type=int, default=runs, help="repetitions")
    parser.add_argument("--folder", type=Path, help="where made files are kept for the next time")
    given = parser.parse_args()
    given.folder = given.folder or Path(tempfile.gettempdir()) / "avaudit-benchmarks"
    given.folder.mkdir(parents=True, exist_ok=True)
    return given


def say(text: str = "") -> None:
    """A line of the report."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def heading(name: str, about: str) -> None:
    """What is measured, on which machine, with which command."""
    say(f"## {name}: {about}\n")
    say(f"Machine: {machine()}")
    say(f"Command: `python {shlex.join([f'tests/benchmarks/{name}.py', *sys.argv[1:]])}`\n")


def machine() -> str:
    """Processor, cores and memory."""
    fields = dict(
        line.split(":", 1) for line in Path("/proc/cpuinfo").read_text().splitlines() if ":" in line
    )
    model = next((v.strip() for k, v in fields.items() if k.startswith("model name")), "unknown")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    return (
        f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB RAM, Python "
        f"{sys.version.split()[0]}, load {load:.1f} at the start"
    )


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A Markdown table."""
    say("| " + " | ".join(header) + " |")
    say("|" + "---|" * len(header))
    for row in rows:
        say("| " + " | ".join(map(str, row)) + " |")
    say()


def verdict(what: str, value: float, limit: float, unit: str = "") -> str:
    """A target and whether it was met."""
    met = "met" if value <= limit else "**missed**"
    return f"{what}: {value:.3g}{unit}, target at most {limit:g}{unit}: {met}"
