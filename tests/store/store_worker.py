"""What other processes do in the tests of the store: `python store_worker.py JOB DB ...`.

Each line on standard output is something done; tests read it, and kill when they like.
"""

from __future__ import annotations

import sys
from pathlib import Path

from store_values import a_record

from avaudit.store.connect import open_for_reading, open_for_writing
from avaudit.store.journal import append
from avaudit.store.publish import publish
from avaudit.store.sync import sync


def write(db: Path, first: int, last: int) -> None:
    """Append records one by one, with a sync after each third and a copy after each ninth."""
    for number in range(first, last):
        append(db, [a_record(number)])
        print(number, flush=True)
        if number % 3 == 0:
            sync(db)
        if number % 9 == 0:
            publish(db)
    sync(db)


def hold(db: Path) -> None:
    """Keep the store open for writing until standard input ends."""
    with open_for_writing(db):
        print("held", flush=True)
        sys.stdin.read()


def look(db: Path) -> None:
    """Keep a store open for reading; answer each line of standard input with a count."""
    with open_for_reading(db) as connection:
        print(connection.table("recordings").count("*").fetchall()[0][0], flush=True)
        for _ in sys.stdin:
            print(connection.table("recordings").count("*").fetchall()[0][0], flush=True)


if __name__ == "__main__":
    job, db, *numbers = sys.argv[1:]
    if job == "write":
        print("ready", flush=True)
        write(Path(db), int(numbers[0]), int(numbers[1]))
    elif job == "hold":
        hold(Path(db))
    else:
        look(Path(db))
