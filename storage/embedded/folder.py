"""Where the server lives: a folder for its owner only, and a socket path short enough to be connected to.

Owns permissions and paths. Refuses to know what mongod writes there.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from pathlib import Path

from storage.embedded.errors import FolderNotPrivate, MongoUnavailable

SOCKET_NAME = "mongod.sock"
PRIVATE_MODE = 0o700
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
# sockaddr_un holds 108 bytes on Linux and 104 on macOS, one of them the closing zero.
_LONGEST_SOCKET_PATH = 103


def private_folder(folder: Path) -> Path:
    """The absolute path of `folder`, made if missing, ours, and closed to everybody else (mode 0700).

    Raises:
        FolderNotPrivate: it cannot be made, is no folder, belongs to another user, or stays open to others.
    """
    folder = folder.absolute()
    try:
        folder.mkdir(mode=PRIVATE_MODE, parents=True, exist_ok=True)
    except OSError as error:
        raise FolderNotPrivate(folder, f"it cannot be made ({error.strerror})") from error
    owner_uid = folder.stat().st_uid
    if owner_uid != os.geteuid():
        raise FolderNotPrivate(folder, f"it belongs to another user (uid {owner_uid})")
    _tighten(folder)
    return folder


def _tighten(folder: Path) -> None:
    if not folder.stat().st_mode & _OTHERS:
        return
    why = "others can enter it, and its file system keeps no permissions"
    try:
        folder.chmod(PRIVATE_MODE)
    except OSError as error:
        why = f"others can enter it, and that cannot be changed ({error.strerror})"
    # Read again: some mounted file systems accept the change and ignore it.
    if folder.stat().st_mode & _OTHERS:
        raise FolderNotPrivate(folder, why)


def socket_path(data_dir: Path) -> Path:
    """A path to the server's socket that fits into a socket address, for clients.

    The socket itself is always in `data_dir`; where that path is too long, a link in a private folder of the
    temporary folder leads to it. Its name is derived from `data_dir`, so a crash leaves no litter that grows.

    Raises:
        MongoUnavailable: even the temporary folder's path is too long.
        FolderNotPrivate: somebody else made the link's folder before us.
    """
    direct = data_dir / SOCKET_NAME
    if _fits(direct):
        return direct
    links = private_folder(Path(tempfile.gettempdir(), f"legalpro-{os.geteuid()}"))
    link = links / hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    if not _fits(link / SOCKET_NAME):
        raise MongoUnavailable(f"{direct} is too long for a socket. Choose a shorter folder with DATA_DIR.")
    link.unlink(missing_ok=True)
    link.symlink_to(data_dir, target_is_directory=True)
    return link / SOCKET_NAME


def forget_socket_path(path: Path) -> None:
    """Remove the link that `socket_path` made, if it made one."""
    if path.parent.is_symlink() and path.parent.parent.name.startswith("legalpro-"):
        path.parent.unlink(missing_ok=True)


def _fits(path: Path) -> bool:
    return len(os.fsencode(path)) <= _LONGEST_SOCKET_PATH
