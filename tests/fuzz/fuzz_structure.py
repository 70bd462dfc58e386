"""Fuzz the readers of containers with atheris, where it is installed (`pip install atheris`).

python tests/fuzz/fuzz_structure.py [CORPUS] [-max_total_time=60]

Whatever the bytes are, reading ends with an answer, in bounded time and memory. The same function
runs in the tests over seeds (tests/fuzz/test_fuzz_structure.py).
"""

from __future__ import annotations

import sys
import tempfile


def one_input(data: bytes) -> None:
    """Read one input. Raises `AssertionError` where the answer cannot be right."""
    from avaudit.probe.structure import structure  # atheris instruments what it imports itself

    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        found = structure(file.fileno(), len(data))
    assert found.format in ("mp4", "riff", "matroska", "ts", "other")
    assert found.unpointed_bytes is None or 0 <= found.unpointed_bytes <= len(data)
    assert 0 <= found.trailing_bytes <= len(data)
    assert len(found.texts) <= 96
    assert len(found.layout) <= 48


def main() -> None:
    """Fuzz until stopped."""
    import atheris

    with atheris.instrument_imports(include=["avaudit.probe"], enable_loader_override=False):
        import avaudit.probe.structure  # noqa: F401

    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
