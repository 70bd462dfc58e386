"""Run a command for as long as whoever wants it lives: `python guard.py LIFELINE COMMAND...`.

LIFELINE is the descriptor of a pipe whose other end only that process holds: when it ends, however
it ends, so does the command. Be the leader of a process group: all of it ends.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading


def main() -> int:
    """Run the command. Returns its exit status."""
    lifeline, command = int(sys.argv[1]), sys.argv[2:]

    def wait() -> None:
        os.read(lifeline, 1)  # returns when the other end is closed
        os.killpg(0, signal.SIGKILL)

    # A Ctrl-C for the group is for the command; a handler, unlike SIG_IGN, is not handed down.
    signal.signal(signal.SIGINT, lambda *_: None)
    process = subprocess.Popen(command)
    threading.Thread(target=wait, name="lifeline", daemon=True).start()
    return process.wait()


if __name__ == "__main__":
    sys.exit(main())
