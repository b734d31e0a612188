"""How mongod is called: its flags and its environment.

Owns the command line. Refuses to run it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from storage.embedded import leash
from storage.embedded.replica import MEMBER_HOST, SET_NAME

DATA_NAME = "db"
# mongod needs no more; the program's environment holds tokens and passwords.
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


def mongod_command(binary: Path, data_dir: Path, *, test_commands: bool, cache_gb: float) -> list[str]:
    """The whole command, to be run in `data_dir` by this process, which must be its parent."""
    return [*leashed(), str(binary), *_flags(data_dir, cache_gb), *(_TEST_COMMANDS if test_commands else ())]


def mongod_environment() -> dict[str, str]:
    """The few variables that mongod gets to see."""
    return {name: os.environ[name] for name in _INHERITED if name in os.environ}


_TEST_COMMANDS = (
    # failCommand, by which tests make the server answer with errors.
    *("--setParameter", "enableTestCommands=1"),
    # A run makes and drops a thousand databases. mongod keeps the files of a dropped one open through its
    # history window and until a checkpoint, five minutes by default, and dies when it may open no more.
    *("--setParameter", "minSnapshotHistoryWindowInSeconds=30"),
    *("--syncdelay", "5"),
)


def _flags(data_dir: Path, cache_gb: float) -> tuple[str, ...]:
    return (
        *("--dbpath", str(data_dir / DATA_NAME)),
        *("--replSet", SET_NAME),
        # One unix socket and nothing else: no port, and no second socket in the temporary folder.
        *("--bind_ip", MEMBER_HOST, "--port", "0", "--nounixsocket", "--filePermissions", "0700"),
        # Sized for one firm: 17 MB of fresh data instead of 300.
        *("--oplogSize", "64", "--wiredTigerCacheSizeGB", str(cache_gb)),
        *("--wiredTigerEngineConfigString", "log=(prealloc=false,file_max=16MB)"),
        *("--networkMessageCompressors", "disabled"),
        *("--setParameter", "diagnosticDataCollectionEnabled=false"),
        # What a program that died had begun holds its documents no longer than this.
        *("--setParameter", "transactionLifetimeLimitSeconds=5"),
        "--quiet",  # a line per connection would be most of the log
    )


def leashed() -> tuple[str, ...]:
    """What to put before a command so that it dies with this process, by whatever this process dies."""
    # Elsewhere a killed program leaves its mongod behind, and the next start says which pid to end.
    if sys.platform != "linux":
        return ()
    return (sys.executable, "-I", "-S", str(Path(leash.__file__)), str(os.getpid()))
