"""Prepared layers kept from an earlier run, so that a run with another target need not read them again.

An entry's name is a hash of everything that goes into a prepared layer: the bytes of its files, its section
of ``city.toml``, where the city is, and the program with the libraries it stands on. So an entry is right or
it is not found, and the folder can be deleted at any time. Each entry begins with the hash of the rest: a
damaged one is removed and made again. Entries hold tables in Arrow form and text, nothing that could run.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import re
import shutil
from dataclasses import asdict
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import geopandas as gpd
import pandas as pd
import psutil
import pyarrow as pa
import pyarrow.feather
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError
from shapely.errors import ShapelyError

from layers.errors import DataError
from layers.findings import Finding, Severity
from layers.formats import fingerprint, locate
from layers.kept_shapes import shapes_restored, shapes_stored
from layers.local_system import points_sha256
from layers.prepare import Prepared, prepare
from layers.program_hash import program_hash
from layers.study import Source
from layers.text import Text

if TYPE_CHECKING:
    from layers.config import LayerSection
    from layers.kept_shapes import Shapes
    from layers.kinds import LayerKind
    from layers.prepare import Whereabouts

FOLDER = ".shanhai-cache"
_SUFFIX = ".layer"
_MAGIC = b"shanhai layer 4\n"
_DIGEST = 32
_ENTRY = re.compile(r"([0-9a-f]{64})(?:\.layer|\.(\d{1,9})\.tmp)")
_WORD = 8
_USUAL = {"str", "float64", "Int64", "boolean", "geometry"}
_UNLIKE = (ValueError, LookupError, TypeError, AttributeError, pa.ArrowException)
"""What is raised by tables that cannot be stored, and by damaged ones."""
_LIBRARIES = ("geopandas", "numpy", "pandas", "pyarrow", "pyogrio", "pyproj", "shapely", "shanhai")


class LayerCache:
    """A folder of prepared layers; a place that cannot be written is as good as none.

    Examples
    --------
    >>> cache = LayerCache(Path("/nowhere/at/all"))
    >>> cache.read("0" * 64) is None
    True
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.used: set[str] = set()

    def prepared(
        self, kind: LayerKind, section: LayerSection, base: Path, where: Whereabouts | None
    ) -> Prepared:
        """Give a prepared layer, from an earlier run where nothing that goes into it has changed.

        Raises
        ------
        DataError
            As ``layers.prepare.prepare``.
        """
        key = _key(kind, section, base, where)
        found = self._taken(key)
        return self._prepared(key, kind, section, base, where)[0] if found is None else found

    def laid(
        self, kind: LayerKind, section: LayerSection, base: Path, where: Whereabouts | None
    ) -> Prepared | str:
        """Prepare a layer for another process, which can ``read`` it from the folder by the name given here.

        What was not kept is given itself.

        Raises
        ------
        DataError
            As ``layers.prepare.prepare``.
        """
        key = _key(kind, section, base, where)
        found, kept = self._prepared(key, kind, section, base, where)
        return key if kept and key is not None else found

    def _prepared(
        self,
        key: str | None,
        kind: LayerKind,
        section: LayerSection,
        base: Path,
        where: Whereabouts | None,
    ) -> tuple[Prepared, bool]:
        """Prepare a layer, and say whether it is kept: only if what was read is what the key was made of."""
        found = prepare(kind, section, base, where)
        read = found.source.sha256, found.source.size_bytes
        if key is None or key != _key(kind, section, base, where, read):
            return found, False
        return found, self.write(key, found)

    def kept(
        self, kind: LayerKind, section: LayerSection, base: Path, where: Whereabouts | None
    ) -> Prepared | None:
        """Give a layer as an earlier run prepared it; None where there is none of just this content."""
        return self._taken(_key(kind, section, base, where))

    def _taken(self, key: str | None) -> Prepared | None:
        if key is None:
            return None
        self.used.add(key)
        return self.read(key)

    def read(self, key: str) -> Prepared | None:
        """Read an entry; None where there is none or it is damaged, which removes it."""
        path = self._path(key)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        try:
            return _unpacked(key, data)
        except (*_UNLIKE, ShapelyError, CRSError):
            with contextlib.suppress(OSError):
                path.unlink()
            return None

    def write(self, key: str, layer: Prepared) -> bool:
        """Keep a layer, whole or not at all, and say whether; one that would come back otherwise is not."""
        try:
            head, table = _head(layer), _table(layer)
            if not _comes_back(layer, head, table):
                return False
        except (*_UNLIKE, ShapelyError):
            return False
        path = self._path(key)
        made = path.with_suffix(f".{os.getpid()}.tmp")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with made.open("wb") as file:
                _put(file, key, head, layer.frame.geometry.to_numpy(), table)
            made.replace(path)
        except OSError:
            return False
        finally:
            with contextlib.suppress(OSError):
                made.unlink()
        return True

    def prune(self) -> None:
        """Remove what this run did not use and what runs that were ended left; nothing of any other name."""
        with contextlib.suppress(OSError):
            for path in self.folder.iterdir():
                entry = _ENTRY.fullmatch(path.name)
                if entry is None:
                    continue
                key, writer = entry.groups()
                if key not in self.used if writer is None else not psutil.pid_exists(int(writer)):
                    path.unlink()

    def clear(self) -> None:
        """Forget everything."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}{_SUFFIX}"


def _key(
    kind: LayerKind,
    section: LayerSection,
    base: Path,
    where: Whereabouts | None,
    read: tuple[str, int] | None = None,
) -> str | None:
    """Name everything that goes into a prepared layer; None where its content cannot be told (a database).

    ``read`` is the fingerprint of what was read; that of what lies there now unless given.
    """
    try:
        sha256, size = read or fingerprint(locate(section.path, base, section.layer))
        points = points_sha256(section, base)
    except (DataError, OSError):
        return None
    place = None
    if where is not None:
        zone = hashlib.sha256(shapely.to_wkb(where.zone)).hexdigest()
        place = [where.crs.to_wkt(), zone, list(where.near)]
    content = [kind.value, section.model_dump(mode="json"), sha256, size, points, place, _program()]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@cache
def _program() -> str:
    """Hash this program's reading part and name the libraries it stands on."""
    root = Path(__file__).resolve().parent
    return program_hash(sorted([*root.rglob("*.py"), *(root.parent / "geo").glob("*.py")]), _LIBRARIES)


def _put(file: BinaryIO, key: str, head: bytes, shapes: Shapes, table: bytes) -> None:
    """Write an entry piece by piece, so that it is never in memory as a whole; last its named hash."""
    digest = hashlib.sha256(key.encode())
    file.write(_MAGIC + bytes(_DIGEST))
    sizes = len(head).to_bytes(_WORD, "big") + len(table).to_bytes(_WORD, "big")
    for piece in chain((sizes, head), shapes_stored(shapes), (table,)):
        digest.update(piece)
        file.write(piece)
    file.seek(len(_MAGIC))
    file.write(digest.digest())


def _head(layer: Prepared) -> bytes:
    """Store what is said of a layer; spaces fill the last word."""
    frame, shapes = layer.frame, layer.frame.geometry
    about = {
        "source": asdict(layer.source),
        "findings": [asdict(one) | {"message": [one.message.zh, one.message.en]} for one in layer.findings],
        "columns": list(frame.columns),
        "shapes": shapes.name,
        "crs": None if shapes.crs is None else shapes.crs.to_json(),
    }
    head = json.dumps(about).encode()
    return head + b" " * (-len(head) % _WORD)


def _table(layer: Prepared) -> bytes:
    """Store all columns but the shapes."""
    stored = io.BytesIO()
    pa.feather.write_feather(pa.Table.from_pandas(_values(layer.frame)), stored, compression="lz4")
    return stored.getvalue()


def _values(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    return pd.DataFrame(frame.drop(columns=frame.geometry.name))


def _unpacked(key: str, data: bytes) -> Prepared:
    body = memoryview(data)[len(_MAGIC) + _DIGEST :]
    digest = hashlib.sha256(key.encode())
    digest.update(body)
    if not data.startswith(_MAGIC) or digest.digest() != data[len(_MAGIC) : len(_MAGIC) + _DIGEST]:
        raise ValueError("damaged, or an entry of another name")
    sizes = bytes(body[: 2 * _WORD])
    start = 2 * _WORD + int.from_bytes(sizes[:_WORD], "big")
    end = len(body) - int.from_bytes(sizes[_WORD:], "big")
    about = json.loads(bytes(body[2 * _WORD : start]))
    values = gpd.GeoDataFrame(pa.feather.read_table(pa.BufferReader(body[end:])).to_pandas())
    shapes = shapes_restored(body[start:end])
    frame = values.set_geometry(gpd.GeoSeries(shapes, crs=_crs(about), name=about["shapes"]))
    return Prepared(frame[about["columns"]], _source(about), _findings(about))


def _crs(about: dict[str, Any]) -> CRS | None:
    return None if about["crs"] is None else CRS.from_json(about["crs"])


def _source(about: dict[str, Any]) -> Source:
    return Source(**about["source"])


def _findings(about: dict[str, Any]) -> tuple[Finding, ...]:
    return tuple(_finding(one) for one in about["findings"])


def _finding(stored: dict[str, Any]) -> Finding:
    place = stored["place"]
    changed = {
        "severity": Severity(stored["severity"]),
        "message": Text(*stored["message"]),
        "place": None if place is None else tuple(place),
    }
    return Finding(**{**stored, **changed})


def _comes_back(layer: Prepared, head: bytes, table: bytes) -> bool:
    """Say whether a layer comes back the same: what is said of it, and columns of other than the usual types.

    Shapes are stored as the doubles that they are, and columns of the types that fields are read as come back
    as those; to make a million of them again only to compare them takes as long as to read them.
    """
    about = json.loads(head)
    said = (_source(about), _findings(about), _crs(about), about["columns"])
    if said != (layer.source, layer.findings, layer.frame.crs, list(layer.frame)):
        return False
    odd = [str(name) for name, dtype in layer.frame.dtypes.items() if str(dtype) not in _USUAL]
    if not odd:
        return True
    held = pa.feather.read_table(pa.BufferReader(table), columns=odd)
    values = held.to_pandas()
    return all(_alike(layer.frame[name], values[name]) for name in odd)


def _alike(one: pd.Series, two: pd.Series) -> bool:
    return one.reset_index(drop=True).equals(two.reset_index(drop=True))
