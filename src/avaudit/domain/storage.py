"""When a recording's file was where it lies, as far as files and the store can tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from avaudit.domain.workdays import Term


@dataclass(frozen=True, slots=True)
class Storage:
    """What is known of when a recording was stored, and the terms that run. Days of Asia/Shanghai.

    `seen_on` is the day on which avaudit saw these bytes first, a fact of the store. `modified_on`
    is the day of the last write: copying may keep it or renew it. `changed_on` is the day of the
    inode time, which nobody sets by hand, as it was when first seen; None where it says no more
    than the last write (some file systems keep only that). `terms` follow the days on which the
    recording, its activity and the journey may have ended.
    """

    seen_on: date | None = None
    modified_on: date | None = None
    changed_on: date | None = None
    terms: tuple[Term, ...] = ()

    def term(self, after: date) -> Term | None:
        """The working days that follow a day, if they were told."""
        return next((term for term in self.terms if term.after == after), None)
