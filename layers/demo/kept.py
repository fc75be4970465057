"""Whether a folder already holds a demo city, so that it need not be made again."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib import metadata
from pathlib import Path

import shapely

NOTE = "generated.json"
_BLOCK = 1 << 20
# Tables in which a FileGDB lists its own layers under random identifiers: the same city, other bytes.
_RANDOM = ("a00000004.gdbtable", "a00000006.gdbtable")
_LIBRARIES = ("geopandas", "numpy", "pandas", "pyogrio", "pyproj", "rasterio", "scipy", "shapely")


def note(folder: Path, size: str, seed: int) -> None:
    """Write down beside a city what it was made from and the hash of each of its files."""
    files = {
        path.relative_to(folder).as_posix(): _hash(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    text = json.dumps({**_made_from(size, seed), "files": files}, ensure_ascii=False, indent=1)
    (folder / NOTE).write_text(text + "\n", encoding="utf-8", newline="\n")


def holds(folder: Path, size: str, seed: int) -> bool:
    """Tell whether a folder holds, unchanged to the byte, the city this program would make."""
    try:
        written = json.loads((folder / NOTE).read_text(encoding="utf-8"))
        files = written.pop("files")
        same = written == _made_from(size, seed)
        return same and all(_hash(folder / name) == digest for name, digest in files.items())
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return False


def _made_from(size: str, seed: int) -> dict[str, str | int]:
    return {"size": size, "seed": seed, "program": _program()}


@cache
def _program() -> str:
    """Hash what a city comes from: the generator, the data and geometry code it uses, and the libraries."""
    digest = hashlib.sha256()
    root = Path(__file__).resolve().parents[2]
    code = [
        *(root / "layers" / "demo").glob("*.py"),
        *(root / "geo").glob("*.py"),
        root / "layers" / "kinds.py",
    ]
    for path in [*sorted(code), root / "data" / "declared_demo.csv"]:
        digest.update(path.name.encode() + b"\x00" + path.read_bytes())
    versions = [f"{name} {metadata.version(name)}" for name in _LIBRARIES]
    digest.update(" ".join([*versions, shapely.geos_version_string]).encode())
    return digest.hexdigest()


def _hash(path: Path) -> str:
    if path.name in _RANDOM:
        return f"{path.stat().st_size} bytes"
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
