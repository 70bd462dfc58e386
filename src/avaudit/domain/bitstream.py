"""Counters and marks that a picture's encoder wrote into its stream, and where they break.

An encoder numbers what it writes. Whoever cuts a stream without encoding it anew leaves numbers
that do not follow each other; whoever joins two leaves the marks of two encoders. Each sequence is
judged by its own rule, learnt from the file: what breaks a rule that everything else follows says
more than what breaks one that is broken all the time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Sequence:
    """A counter of the stream and the rule that it was found to follow.

    `rule` is, for `idr_pic_id`: `alternates`, `counts` or `constant`; for `frame_num` and `poc`:
    `counts`, in steps of `step`; for `gop`: `fixed`, with `step` frames; for `stamp`, the clock
    that MPEG-4 Part 2 encoders write: `keeps_time` (steps in milliseconds). An empty rule: none was
    found. `regularity` is the share of `steps` (steps that could be judged) that follow it.
    """

    name: str
    rule: str
    step: int
    steps: int
    regularity: float


@dataclass(frozen=True, slots=True)
class Break:
    """A step of a sequence that does not follow its rule.

    `at_s` is where the picture after it is shown, on the recording's time line. `beside` is the
    share of the 40 steps around it (20 before, 20 after, itself left out) that follow the rule.
    """

    sequence: str
    at_s: float
    expected: int
    found: int
    beside: float


@dataclass(frozen=True, slots=True)
class Mark:
    """What an encoder wrote about itself (`user_data`), or a set of parameters that came up.

    `kind` is `user_data`, `sps`, `pps`, `vps` or `header` (of MPEG-4 and JPEG). `times_s` lists the
    first places it came up at, -1.0 for the container's header; `count` counts all.
    `identity` is the UUID of user data, or the first 16 hexadecimal digits of the SHA-256 of
    parameters. `text` is bounded.
    """

    kind: str
    identity: str
    text: str
    count: int
    times_s: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """Where parameters become others than before: `kind` as of `Mark`, identities before and
    after. Parameters that only come again are no change."""

    kind: str
    at_s: float
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Bitstream:
    """What the first picture stream's packets tell of its encoder.

    `pictures` counts packets, `unread` those whose first slice could not be read. `types` counts
    pictures by what they are (`I`, `P`, `B`; `IDR`, `CRA`, `BLA`, `RASL`). `gops` maps lengths of
    groups of pictures (in pictures, as text) to how often they come, `patterns` the runs of
    B pictures likewise (both the most frequent ones). `parameters` are facts of the parameter sets
    (`profile`, `level`, `poc_type`, ...), `options` those that an encoder wrote (x264, x265).
    `begins` is how the first picture's counters stand (`IDR 0`: a fresh encoder's; `CRA 60`, `stamp
    4000`: one that had been running, as a device that goes on into a new file leaves it as well).

    `breaks` are bounded, the least expected first, then in order; `breaks_left_out` counts others.
    """

    NAME: ClassVar[str] = "bitstream"
    VERSION: ClassVar[int] = 2
    #: Codecs that are read; other streams have no such signal.
    CODECS: ClassVar[tuple[str, ...]] = ("h264", "hevc", "mpeg4", "mjpeg")

    codec: str
    pictures: int
    unread: int = 0
    types: Mapping[str, int] = field(default_factory=dict)
    gops: Mapping[str, int] = field(default_factory=dict)
    patterns: Mapping[str, int] = field(default_factory=dict)
    parameters: Mapping[str, int] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    begins: str = ""
    marks: tuple[Mark, ...] = ()
    changes: tuple[Change, ...] = ()
    sequences: tuple[Sequence, ...] = ()
    breaks: tuple[Break, ...] = ()
    breaks_left_out: int = 0

    def sequence(self, name: str) -> Sequence | None:
        """The sequence of a name, None where the stream has none."""
        return next((one for one in self.sequences if one.name == name), None)
