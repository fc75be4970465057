"""A city's layers written again with their features in another order, and runs compared but for that."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from typing import TYPE_CHECKING

import pyogrio

from layers.kept_layers import FOLDER

if TYPE_CHECKING:
    import random
    from pathlib import Path

_VECTORS = {".shp": "ESRI Shapefile", ".gpkg": "GPKG", ".gdb": "OpenFileGDB", ".geojson": "GeoJSON"}
_PARTS = {".dbf", ".shx", ".prj", ".cpg", ".sbn", ".sbx"}


def rewritten(source: Path, folder: Path, chance: random.Random | None) -> Path:
    """Copy a city's folder; every vector layer with its features shuffled, or in the same order for None.

    Give the copied ``city.toml``. Results of an earlier run are not copied.
    """
    for path in sorted(source.parent.rglob("*")):
        inside = path.relative_to(source.parent)
        if inside.parts[0] in ("run", FOLDER) or any(one.endswith(".gdb") for one in inside.parts[:-1]):
            continue
        target = folder / inside
        if path.suffix in _VECTORS:
            target.parent.mkdir(parents=True, exist_ok=True)
            _rewrite(path, target, chance)
        elif path.is_dir():
            target.mkdir(parents=True, exist_ok=True)
        elif path.suffix not in _PARTS:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    return folder / source.name


def _rewrite(path: Path, target: Path, chance: random.Random | None) -> None:
    coding = {"encoding": "gbk"} if path.suffix == ".shp" else {}
    for name, kind in pyogrio.list_layers(path):
        meta, _, shapes, columns = pyogrio.raw.read(path, layer=name, **coding)
        order = list(range(len(columns[0]) if columns else len(shapes)))
        if chance is not None:
            chance.shuffle(order)
        pyogrio.raw.write(
            target,
            shapes[order],
            [column[order] for column in columns],
            meta["fields"],
            layer=name,
            driver=_VECTORS[path.suffix],
            geometry_type=kind,
            crs=meta["crs"],
            append=target.exists() and path.suffix in (".gpkg", ".gdb"),
            **coding,
        )
    target.with_suffix(".cpg").unlink(missing_ok=True)


def differing(one: Path, other: Path) -> list[str]:
    """Give the files of two runs that differ in more than the run's name and its inputs' hash and size."""
    names = {path.name for folder in (one, other) for path in folder.iterdir()} - {"run.json"}
    return [name for name in sorted(names) if _content(one, name) != _content(other, name)]


def _content(folder: Path, name: str) -> bytes:
    if not (folder / name).is_file():
        return b""
    run = json.loads((folder / "run.json").read_bytes())
    data = (folder / name).read_bytes()
    if name.endswith(".xlsx"):
        archive = zipfile.ZipFile(io.BytesIO(data))
        data = b"\n".join(archive.read(member) for member in sorted(archive.namelist()))
    data = data.replace(run["run_id"].encode(), b"RUN").replace(run["config_sha256"].encode(), b"CONFIG")
    for number, (_, source) in enumerate(sorted(run["inputs"].items())):
        if source["sha256"]:
            data = data.replace(source["sha256"].encode(), f"HASH{number}".encode())
            data = data.replace(f"<v>{source['size_bytes']}</v>".encode(), b"<v>0</v>")
    return re.sub(rb'"size_bytes": \d+', b'"size_bytes": 0', data)
