"""Decode spans of a sound stream, one after the other, from a file that is opened once."""

from __future__ import annotations

import contextlib

import av.container
import av.error

from avaudit.domain.time import Span
from avaudit.media.open import open_input
from avaudit.media.sound import Samples, decode_mono, resample


class SpanReader:
    """Gives the sound of spans of a stream, mixed to mono. A context manager.

    The file is opened when the first span is asked for, and kept open: opening takes longer than
    decoding the few seconds of a span.
    """

    def __init__(self, fd: int, stream_index: int, zero_s: float) -> None:
        """`zero_s` is the container time at which the recording's time line starts."""
        self._fd, self._index, self._zero_s = fd, stream_index, zero_s
        self._stack = contextlib.ExitStack()
        self._container: av.container.InputContainer | None = None

    def __enter__(self) -> SpanReader:
        return self

    def __exit__(self, *about: object) -> None:
        self._stack.close()

    def load(self, span: Span, rate: int) -> Samples:
        """The samples of a span at a rate in Hz, shape `(n,)`; 0 where there is no sound.

        Raises what opening raises: `Unexaminable`, `SourceUnavailable`.
        """
        if self._container is None or not self._rewound(self._container):
            self._stack.close()
            self._container = self._stack.enter_context(open_input(self._fd))
        native, own_rate, _ = decode_mono(self._container, self._index, span, self._zero_s)
        return resample(native, own_rate, rate)

    @staticmethod
    def _rewound(container: av.container.InputContainer) -> bool:
        """Whether it could be set back to its beginning; what cannot be is opened anew."""
        try:
            container.seek(0)
        except av.error.FFmpegError:
            return False
        return True
