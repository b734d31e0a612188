"""Where the browser of these tests comes from: one that is here, or Debian's, installed where that may be."""

from __future__ import annotations

import os
import shutil
import subprocess

NAMES = ("chromium", "chromium-headless-shell", "chromium-browser", "google-chrome", "google-chrome-stable")
INSTALL_S = 300
HOW = "No browser was found. Please `apt-get install chromium`, or name one by CHROMIUM=/path/to/it."


class NoBrowser(Exception):
    """There is none, and none can be installed from here."""


def find_or_install() -> str:
    """The path of a Chromium.

    Raises:
        NoBrowser: the message tells a person what to do.
    """
    found = find()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        _install()
        found = find()
    if found is None:
        raise NoBrowser(HOW)
    return found


def find() -> str | None:
    """The one that CHROMIUM names, or one on the path."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def _install() -> None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ("apt-get", "update", "-qq"),
        ("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"),
    ):
        done = subprocess.run(  # noqa: S603  our own words
            command, env=quiet, timeout=INSTALL_S, check=False, capture_output=True, text=True
        )
        if done.returncode:
            raise NoBrowser(f"{HOW} (`{' '.join(command)}` said: {done.stderr.strip()[-300:]})")


if __name__ == "__main__":
    print(find_or_install())
