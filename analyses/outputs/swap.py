"""Put one folder in the place of another in one step, where the system can."""

from __future__ import annotations

import ctypes
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def exchange(first: Path, second: Path) -> bool:
    """Let two folders change names, in one step; false where the system or the file system cannot."""
    if sys.platform != "linux":
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    done: int = rename(_AT_FDCWD, os.fsencode(first), _AT_FDCWD, os.fsencode(second), _RENAME_EXCHANGE)
    return done == 0


def sync_folder(folder: Path) -> None:
    """Have the disk hold all files of a folder, and their names, before anything is renamed."""
    for path in sorted(folder.rglob("*"), reverse=True):
        sync(path)
    sync(folder)


def sync(path: Path) -> None:
    """Have the disk hold a file, or the names in a folder."""
    if path.is_dir():
        with suppress(PermissionError):  # Windows opens no folder
            file = os.open(path, os.O_RDONLY)
            _flush(file)
    else:
        _flush(os.open(path, os.O_RDWR))


def _flush(file: int) -> None:
    try:
        os.fsync(file)
    finally:
        os.close(file)
