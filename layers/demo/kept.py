"""Whether a folder already holds a demo city, so that it need not be made again."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from layers.program_hash import program_hash

NOTE = "generated.json"
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
    root = Path(__file__).resolve().parents[2]
    code = [
        *(root / "layers" / "demo").glob("*.py"),
        *(root / "geo").glob("*.py"),
        root / "layers" / "kinds.py",
    ]
    return program_hash([*sorted(code), root / "data" / "declared_demo.csv"], _LIBRARIES)


def _hash(path: Path) -> str:
    if path.name in _RANDOM:
        return f"{path.stat().st_size} bytes"
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
