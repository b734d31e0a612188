"""A program of a few lines that becomes mongod, after asking Linux to kill it when its parent dies.

Run as `python leash.py PARENT_PID COMMAND...`. The wish (PR_SET_PDEATHSIG, prctl(2)) survives `exec`. It is
expressed in a process of its own and not by `preexec_fn`: Python code between fork and exec can deadlock in a
program that has threads. Linux counts the *thread* that forked as the parent, so the event loop that starts
mongod must run in a thread that lives as long as the program, which is the main thread.
SIGKILL, because the next start may be waiting for the folder; mongod's journal makes it harmless.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main(parent_pid: int, command: list[str]) -> None:
    """Become `command`, on a leash held by `parent_pid`."""
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0):
        sys.exit(f"prctl: {os.strerror(ctypes.get_errno())}")
    if os.getppid() != parent_pid:  # it died before the wish was heard
        sys.exit("the program that asked for mongod is gone")
    try:
        os.execv(command[0], command)  # noqa: S606 - the command comes from our own start-up, and no shell is wanted
    except OSError as error:
        sys.exit(f"{command[0]}: {error.strerror}")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
