"""What has been measured of one file so far, on its way through the examination."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from avaudit.domain.examination import Failure
from avaudit.domain.media import MediaFacts
from avaudit.domain.signal import Missing


@dataclass(slots=True)
class Gathered:
    """What has been measured so far: each signal by its store key, and why others are missing."""

    media: MediaFacts | None = None
    signals: dict[str, Any] = field(default_factory=dict)
    missing: list[Missing] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    def take(self, other: Gathered) -> None:
        """Add what was measured beside this."""
        self.signals.update(other.signals)
        self.missing += other.missing
        self.failures += other.failures
