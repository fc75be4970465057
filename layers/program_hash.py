"""Which program made something that is kept: its code and the libraries under it."""

from __future__ import annotations

import contextlib
import hashlib
from importlib import metadata
from typing import TYPE_CHECKING

import shapely

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def program_hash(files: Iterable[Path], libraries: Iterable[str]) -> str:
    """Hash files of the program, the versions of the libraries that are installed, and that of GEOS."""
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode() + b"\x00" + path.read_bytes())
    for name in libraries:
        with contextlib.suppress(metadata.PackageNotFoundError):
            digest.update(f" {name} {metadata.version(name)}".encode())
    digest.update(shapely.geos_version_string.encode())
    return digest.hexdigest()
