"""The browser's window, opened only where there is a browser with windows.

Owns the guess. A text browser would take the terminal away from whoever reads it, so it does not count.
"""

from __future__ import annotations

import asyncio
import os
import sys
import webbrowser
from collections.abc import Mapping


async def open_window(url: str) -> bool:
    """Show the page, if this machine can; whether it was tried."""
    if not has_screen(os.environ, sys.platform) or not sys.stdout.isatty():
        return False
    return await asyncio.to_thread(_open, url)


def has_screen(environment: Mapping[str, str], platform: str) -> bool:
    """Whether somebody sits before a screen of this machine."""
    if environment.get("SSH_CONNECTION") or environment.get("CI"):
        return False
    if platform in {"darwin", "win32"}:
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def _open(url: str) -> bool:
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return False
    if type(browser) is webbrowser.GenericBrowser:  # A text browser; those with windows are of other types.
        return False
    return browser.open(url)
