"""What a transport stream's packets count (ISO/IEC 13818-1, 2.4.3).

Only stretches at the beginning, in the middle and at the end are read: `sampled_bytes` in all.
Among the numbers of the signal, each over what was read: `packets`, `pids`,
`counter_breaks` (4-bit counters that do not follow, a packet sent twice aside), `discontinuities`
(marked as such), `scrambled`, `lost_sync`, `null_packets`, `packet_bytes` (188, 192 or 204),
`pat_versions`, `pmt_versions` (different ones met), `clock_steps_back` and `clock_jumps` (steps of
the program clock beyond 0.5 s; a standard allows 0.1 s), `clock_step_s` (its median).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median

from avaudit.domain.structure import Structure, Text
from avaudit.probe.raw import read_at, text_of

_PIECE_BYTES = 3 << 20
_SYNC = 0x47
_JUMP_S = 0.5
_COUNTED = (
    "packets", "counter_breaks", "discontinuities", "scrambled", "lost_sync", "null_packets",
)  # fmt: skip
_NULL, _SDT = 0x1FFF, 0x11
_TICKS = 27_000_000
_WRAP = (1 << 33) * 300


@dataclass(slots=True)
class _Counts:
    numbers: dict[str, float] = field(default_factory=lambda: dict.fromkeys(_COUNTED, 0.0))
    versions: dict[str, set[int]] = field(default_factory=lambda: {"pat": set(), "pmt": set()})
    pmts: set[int] = field(default_factory=set)
    pids: set[int] = field(default_factory=set)
    steps: list[float] = field(default_factory=list)
    provider: str = ""

    def count(self, name: str) -> None:
        self.numbers[name] = self.numbers.get(name, 0.0) + 1


def transport_structure(fd: int, file_bytes: int) -> Structure:
    """What a transport stream counts. `OSError` where the disk does not answer."""
    size, lead = _packet_bytes(read_at(fd, 0, 204 * 12))
    if not size:
        return Structure("other", problems=("ts: no packets that follow each other",))
    counts = _Counts()
    sampled = 0
    for at in _places(file_bytes, size):
        data = read_at(fd, at, _PIECE_BYTES // size * size)
        sampled += len(data)
        _read(data, size, lead, counts)
    steps = counts.steps
    numbers = counts.numbers | {
        "packet_bytes": float(size), "sampled_bytes": float(sampled),
        "pids": float(len(counts.pids)),
        "pat_versions": float(len(counts.versions["pat"])),
        "pmt_versions": float(len(counts.versions["pmt"])),
        "clock_steps_back": float(sum(step < 0 for step in steps)),
        "clock_jumps": float(sum(step > _JUMP_S for step in steps)),
        "clock_step_s": round(median(steps), 4) if steps else 0.0,
    }  # fmt: skip
    texts = (Text("SDT", counts.provider),) if counts.provider else ()
    return Structure("ts", numbers=numbers, texts=texts, trailing_bytes=file_bytes % size)


def _packet_bytes(head: bytes) -> tuple[int, int]:
    """How long packets are and how much of each comes before its sync byte."""
    for size, lead in ((188, 0), (192, 4), (204, 0)):
        places = range(lead, min(len(head), size * 8), size)
        if len(places) > 2 and all(head[at] == _SYNC for at in places):
            return size, lead
    return 0, 0


def _places(file_bytes: int, size: int) -> list[int]:
    """Where the stretches that are read begin: whole packets from the beginning on."""
    if file_bytes <= 3 * _PIECE_BYTES:
        piece = _PIECE_BYTES // size * size
        return list(range(0, file_bytes, piece))
    wanted = (0, (file_bytes - _PIECE_BYTES) // 2, file_bytes - _PIECE_BYTES)
    return [at // size * size for at in wanted]


def _read(data: bytes, size: int, lead: int, counts: _Counts) -> None:
    last: dict[int, int] = {}
    clocks: dict[int, int] = {}
    for at in range(lead, len(data) - 187, size):
        if data[at] != _SYNC:
            counts.count("lost_sync")
            continue
        counts.count("packets")
        pid = (data[at + 1] & 0x1F) << 8 | data[at + 2]
        if pid == _NULL:
            counts.count("null_packets")
            continue
        counts.pids.add(pid)
        flags = data[at + 3]
        extra = data[at + 4] if flags & 0x20 else 0
        marked = bool(extra and data[at + 5] & 0x80)
        if flags & 0xC0:
            counts.count("scrambled")
        if marked:
            counts.count("discontinuities")
        _continuity(pid, flags, marked, last, counts)
        if extra >= 7 and data[at + 5] & 0x10:
            _clock(pid, data[at + 6 : at + 12], clocks, counts)
        if data[at + 1] & 0x40 and flags & 0x10:
            body = at + 4 + (1 + extra if flags & 0x20 else 0)
            _table(pid, data[body : at + 188], counts)


def _continuity(pid: int, flags: int, marked: bool, last: dict[int, int], counts: _Counts) -> None:
    """A counter goes on by one with each packet that has a payload; once a packet may be resent."""
    if not flags & 0x10:
        return
    now, before = flags & 0x0F, last.get(pid)
    last[pid] = now
    if before is not None and not marked and now not in ((before + 1) & 0x0F, before):
        counts.count("counter_breaks")


def _clock(pid: int, raw: bytes, clocks: dict[int, int], counts: _Counts) -> None:
    base = int.from_bytes(raw[:5], "big") >> 7
    ticks = base * 300 + (int.from_bytes(raw[4:6], "big") & 0x1FF)
    before = clocks.get(pid)
    clocks[pid] = ticks
    if before is not None:
        step = (ticks - before) % _WRAP
        counts.steps.append((step if step < _WRAP // 2 else step - _WRAP) / _TICKS)


def _table(pid: int, payload: bytes, counts: _Counts) -> None:
    """Versions of the program tables, and who the description table says that provides them."""
    section = payload[1 + payload[0] :] if payload else b""
    if len(section) < 12:
        return
    if pid == 0 and section[0] == 0:
        counts.versions["pat"].add(section[5] >> 1 & 0x1F)
        length = min((section[1] & 0x0F) << 8 | section[2], len(section) - 3)
        for at in range(8, 3 + length - 4 - 3, 4):
            if section[at : at + 2] != b"\0\0":
                counts.pmts.add((section[at + 2] & 0x1F) << 8 | section[at + 3])
    elif pid in counts.pmts and section[0] == 2:
        counts.versions["pmt"].add(section[5] >> 1 & 0x1F)
    elif pid == _SDT and section[0] == 0x42 and not counts.provider:
        counts.provider = _service(section)


def _service(section: bytes) -> str:
    """Provider and name of the first service (EN 300 468, 6.2.33)."""
    at = 16
    if len(section) < at + 4 or section[at] != 0x48:
        return ""
    size = section[at + 3]
    provider = section[at + 4 : at + 4 + size]
    name = section[at + 5 + size : at + 5 + size + section[min(at + 4 + size, len(section) - 1)]]
    return f"{text_of(provider, 60)} / {text_of(name, 60)}"
