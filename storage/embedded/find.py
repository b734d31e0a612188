"""Which `mongod` to run: the MONGOD setting, else the one on PATH, else the one inside the installed wheel.

Owns the search and its messages. Refuses to download anything and to import the wheel's package: its folder
is located only, because a full installation of that package is slow and noisy to import.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import stat
import sys
from pathlib import Path

from storage.embedded.errors import NoMongodHere

_WHEEL_PACKAGE = "fiftyone"
_WHEEL_BINARY = Path("db", "bin", "mongod")


def find_mongod(setting: str | None = None) -> Path:
    """The absolute path of the `mongod` to run; `setting` is a path or a command name and wins over the rest.

    Raises:
        NoMongodHere: none is installed, the set one cannot be run, or this platform has no unix sockets.
    """
    if sys.platform == "win32":
        raise NoMongodHere("The embedded MongoDB needs unix sockets and runs on Linux and macOS.")
    if setting:
        return _named(setting)
    on_path = shutil.which("mongod")
    if on_path:
        return Path(on_path).absolute()
    in_wheel = _in_wheel()
    if in_wheel is None:
        raise NoMongodHere(f"No MongoDB server was found on this machine ({sys.platform}).")
    return _made_executable(in_wheel)


def _named(setting: str) -> Path:
    # Somebody who names a binary means that one: falling back to another would hide a typing error.
    found = shutil.which(setting)
    if found is None:
        raise NoMongodHere(f"MONGOD is set to {setting!r}, which is not a program that can be run.")
    return Path(found).absolute()


def _in_wheel() -> Path | None:
    spec = importlib.util.find_spec(_WHEEL_PACKAGE)
    folders = spec.submodule_search_locations if spec else None
    candidates = (Path(folder, _WHEEL_BINARY) for folder in folders or ())
    return next((path for path in candidates if path.is_file()), None)


def _made_executable(binary: Path) -> Path:
    # Some installers unpack wheels without the executable bits.
    if os.access(binary, os.X_OK):
        return binary
    try:
        binary.chmod(binary.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    except OSError as error:
        raise NoMongodHere(
            f"{binary} is not executable and could not be made so ({error.strerror})."
        ) from error
    return binary
