"""Where a layer's file is, what it really is, and its fingerprint; nothing is unpacked or written.

The content must be what the name says: the library that reads vector files would otherwise choose a driver
by content, and some drivers (virtual formats) open further files or addresses named inside the file.
"""

from __future__ import annotations

import hashlib
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from layers.errors import DataError
from layers.near_names import listed, nearest
from layers.text import Text

Format = Literal["shapefile", "gdb", "gpkg", "geojson", "parquet", "flatgeobuf", "kml", "csv", "tiff"]

MAX_BYTES = 32 * 2**30
MAX_ZIP_RATIO = 1_000
_HEAD_BYTES = 4096
_SUFFIXES: dict[str, Format] = {
    ".shp": "shapefile",
    ".gdb": "gdb",
    ".gpkg": "gpkg",
    ".geojson": "geojson",
    ".json": "geojson",
    ".parquet": "parquet",
    ".geoparquet": "parquet",
    ".fgb": "flatgeobuf",
    ".kml": "kml",
    ".csv": "csv",
    ".txt": "csv",
    ".tif": "tiff",
    ".tiff": "tiff",
}
_SIDECARS = (".shp", ".dbf", ".shx", ".prj", ".cpg")
_WORLD_FILES = (".tfw", ".tifw", ".tiffw", ".wld", ".TFW")


@dataclass(frozen=True)
class SourceFile:
    """A file found and recognised.

    ``opened`` is what the reading library is given; ``members`` are the files whose bytes are its content.
    """

    shown: str
    path: Path
    format: Format
    opened: str
    members: tuple[Path, ...]
    inner: str = ""


def refuse(shown: str, zh: str, en: str) -> DataError:
    """Make the error that says a file cannot be used, and why."""
    return DataError(Text(f"{shown}：{zh}", f"{shown}: {en}"))


def locate(shown: str, base: Path, layer: str | None = None) -> SourceFile:
    """Find a layer's file and make sure that it is what its name says.

    Parameters
    ----------
    shown
        The path as the configuration names it.
    base
        Folder that relative paths start from.
    layer
        Which Shapefile of a zip or a folder is meant.

    Raises
    ------
    DataError
        No such file, unknown format, content of another format, too large.
    """
    try:
        path = (base / shown).resolve()
        exists = path.exists()
    except (OSError, ValueError, RuntimeError):
        raise refuse(shown, "路径无法使用", "this path cannot be used") from None
    if not exists:
        near = _nearest(path)
        raise refuse(shown, f"没有这个文件或文件夹{near.zh}", f"no such file or folder{near.en}")
    find = _zipped if path.suffix.lower() == ".zip" else _plain
    found = find(shown, path, layer)
    _bounded(found)
    return found


def _nearest(path: Path) -> Text:
    try:
        names = [one.name for one in path.parent.iterdir()] if path.parent.is_dir() else []
    except OSError:
        names = []
    near = nearest(path.name, names)
    return near if near.en else Text("；请核对路径", "; check the path")


def _plain(shown: str, path: Path, layer: str | None) -> SourceFile:
    kind = _SUFFIXES.get(path.suffix.lower())
    if path.is_dir() and kind != "gdb":
        path = _in_folder(shown, path, layer)
        shown = f"{shown.rstrip('/')}/{path.name}"
        kind = "shapefile"
    if kind is None:
        known = ", ".join(sorted({*_SUFFIXES, ".zip"}))
        raise refuse(shown, f"不认识这种文件；可用 {known}", f"unknown kind of file; known: {known}")
    _sniff(shown, path, kind)
    members: tuple[Path, ...] = (path,)
    if kind == "gdb":
        members = tuple(sorted(one for one in path.rglob("*") if one.is_file() and one.suffix != ".lock"))
    elif kind == "shapefile":
        stem = path.stem.lower()
        beside = (one for one in path.parent.iterdir() if one.stem.lower() == stem)
        members = tuple(sorted(one for one in beside if one.suffix.lower() in _SIDECARS))
    else:
        members += tuple(one for one in _beside(path, kind) if one.is_file() and one.stat().st_size)
    return SourceFile(shown, path, kind, str(path), members)


def _beside(path: Path, kind: Format) -> list[Path]:
    """Name the files beside one that change what is read from it.

    A GeoPackage that another program holds open keeps its newest rows in a log; nodata value, mask and place
    of a GeoTIFF may stand in files of their own.
    """
    if kind == "gpkg":
        return [path.with_name(f"{path.name}-wal")]
    if kind != "tiff":
        return []
    ends = [f"{path.name}{end}" for end in (".aux.xml", ".msk")]
    return [path.with_name(name) for name in (*ends, *(f"{path.stem}{end}" for end in _WORLD_FILES))]


def _in_folder(shown: str, path: Path, layer: str | None) -> Path:
    files = {one.stem: one for one in sorted(path.iterdir()) if one.suffix.lower() == ".shp"}
    if layer in files:
        return files[layer]
    if layer is None and len(files) == 1:
        return next(iter(files.values()))
    return _pick_failed(shown, layer, list(files))


def _pick_failed(shown: str, layer: str | None, names: list[str]) -> Path:
    if not names:
        raise refuse(shown, "里面没有可读的矢量图层", "holds no layer that can be read")
    joined = "、".join(names[:20]), ", ".join(names[:20])
    if layer is None:
        raise refuse(
            shown, f"有多个图层，请用 layer 指明：{joined[0]}", f"has several layers; name one: {joined[1]}"
        )
    near = listed(layer, names)
    raise refuse(shown, f"没有图层“{layer}”{near.zh}", f"has no layer {layer!r}{near.en}")


def _zipped(shown: str, path: Path, layer: str | None) -> SourceFile:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise refuse(shown, "不是完整的 zip 文件", "is not a whole zip file") from None
    total, packed = sum(one.file_size for one in entries), max(path.stat().st_size, 1)
    if total > MAX_BYTES or (total > 2**30 and total / packed > MAX_ZIP_RATIO):
        raise refuse(shown, f"解开后有 {total:,} 字节，太大", f"holds {total:,} bytes unpacked: too large")
    names = [one.filename for one in entries]
    prefix = "/vsizip/{" + str(path) + "}/"
    folders = {name[: name.lower().index(".gdb/") + 4] for name in names if ".gdb/" in name.lower()}
    if len(folders) == 1:
        inner = folders.pop()
        return SourceFile(shown, path, "gdb", prefix + inner, (path,), inner)
    shapes = {Path(name).stem: name for name in sorted(names) if name.lower().endswith(".shp")}
    if layer in shapes or (layer is None and len(shapes) == 1):
        inner = shapes[layer] if layer is not None else next(iter(shapes.values()))
        return SourceFile(shown, path, "shapefile", prefix + inner, (path,), inner)
    _pick_failed(shown, layer, list(shapes))
    raise AssertionError


def _sniff(shown: str, path: Path, kind: Format) -> None:
    """Refuse a file whose content is not of the format its name says."""
    if kind == "gdb":
        if not path.is_dir() or not any(path.glob("*.gdbtable")):
            raise refuse(shown, "不是完整的 FileGDB 文件夹", "is not a whole FileGDB folder")
        return
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError as error:
        raise refuse(shown, f"读不了（{error.strerror}）", f"cannot be read ({error.strerror})") from None
    if not head:
        raise refuse(shown, "文件是空的", "the file is empty")
    if not _looks_like(head, kind):
        raise refuse(
            shown, f"内容不是 {kind}，文件已损坏或扩展名不对", f"is not {kind}: damaged, or wrongly named"
        )


_MAGIC: dict[Format, tuple[bytes, ...]] = {
    "shapefile": (b"\x00\x00\x27\x0a",),
    "gpkg": (b"SQLite format 3\x00",),
    "parquet": (b"PAR1",),
    "flatgeobuf": (b"fgb",),
    "tiff": (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"),
}


def _looks_like(head: bytes, kind: Format) -> bool:
    if kind in _MAGIC:
        return head.startswith(_MAGIC[kind])
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if kind == "geojson":
        return text.startswith(b"{")
    if kind == "kml":
        return text.startswith(b"<") and b"<kml" in head and b"<!DOCTYPE" not in head
    return b"\x00" not in head


def _bounded(found: SourceFile) -> None:
    size = sum(one.stat().st_size for one in found.members)
    if size > MAX_BYTES:
        raise refuse(
            found.shown,
            f"有 {size:,} 字节，超过上限 {MAX_BYTES:,}",
            f"has {size:,} bytes; {MAX_BYTES:,} is the limit",
        )


def refuse_views(found: SourceFile, layer: str) -> None:
    """Refuse a GeoPackage layer that is a view: its query is the sender's program, not data.

    Raises
    ------
    DataError
        The layer is a view or a virtual table.
    """
    try:
        with closing(sqlite3.connect(f"{found.path.as_uri()}?mode=ro", uri=True)) as database:
            row = database.execute("SELECT type, sql FROM sqlite_master WHERE name = ?", (layer,)).fetchone()
    except sqlite3.Error as error:
        raise refuse(
            found.shown, f"不是完整的 GeoPackage（{error}）", f"is not a whole GeoPackage ({error})"
        ) from None
    if row is not None and (row[0] != "table" or str(row[1]).upper().startswith("CREATE VIRTUAL")):
        raise refuse(
            found.shown,
            f"图层“{layer}”是视图，不执行；请另存为表",
            f"layer {layer!r} is a view and is not run; save it as a table",
        )


def fingerprint(found: SourceFile) -> tuple[str, int]:
    """Give the SHA-256 and the size of the file, of all members in name order where there are several."""
    states = (one.stat() for one in found.members)
    return _fingerprint(found.members, tuple((one.st_mtime_ns, one.st_size, one.st_ino) for one in states))


@lru_cache(maxsize=64)
def _fingerprint(members: tuple[Path, ...], _states: tuple[tuple[int, ...], ...]) -> tuple[str, int]:
    """Read the files once however many of their layers are used, as long as they stay as they are."""
    digest, size = hashlib.sha256(), 0
    for member in members:
        if len(members) > 1:
            digest.update(member.name.encode() + b"\x00")
        with member.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
                size += len(block)
    return digest.hexdigest(), size
