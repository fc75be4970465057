"""Small cities on disk: the square city written as files, one fault or format at a time."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyogrio
from square_city import LAND, frame, square

from layers.config import load_config
from layers.open_study import open_study

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from layers.study import Study

WEST, EAST = square(0, 0, 2_000, 4_000), square(2_000, 0, 2_000, 4_000)


def boundary() -> gpd.GeoDataFrame:
    return frame([LAND], BSM=["1"], MC=["方城"]).drop(columns="id")


def districts() -> gpd.GeoDataFrame:
    columns = {"XZQDM": ["440301", "440302"], "XZQMC": ["西区", "东区"], "CZRK": [10_000, 30_000]}
    return frame([WEST, EAST], **columns).drop(columns="id")


def parks() -> gpd.GeoDataFrame:
    return frame(
        [square(100, 100, 200), square(1_000, 1_000, 300), square(3_000, 3_000, 100)],
        BSM=["p1", "p2", "p3"],
        GYBH=["A", "B", "B"],
        GYMC=["东湖公园", "西园", "西园"],
        YDDM=["1401", "140101", "1403"],
        GYLB=["社区公园", "城市公园", "广场"],
        SFKF=["是", "否", "是"],
        TBMJ=[40_000.0, 90_000.0, 10_000.0],
    ).drop(columns="id")


@dataclass
class CityFiles:
    """A folder with a city.toml in the making."""

    folder: Path
    layers: dict[str, str] = field(default_factory=dict)
    city: str = ""
    more: str = ""

    def add(self, kind: str, path: str, **settings: Any) -> CityFiles:
        lines = [f"[layers.{kind}]", f"path = '{path}'"]
        for key, value in settings.items():
            lines.append(
                f"{key} = {value!r}" if not isinstance(value, bool) else f"{key} = {str(value).lower()}"
            )
        self.layers[kind] = "\n".join(lines)
        return self

    def write(self, kind: str, shapes: gpd.GeoDataFrame, name: str = "", **settings: Any) -> CityFiles:
        """Write a layer as the name's ending says (GeoPackage unless another) and list it."""
        path = name or f"{kind}.gpkg"
        if shapes.crs is None:
            with warnings.catch_warnings(action="ignore"):
                pyogrio.write_dataframe(shapes, self.folder / path)
        elif path.endswith(".parquet"):
            shapes.to_parquet(self.folder / path)
        else:
            shapes.to_file(self.folder / path, engine="pyogrio")
        return self.add(kind, path, **settings)

    def toml(self) -> Path:
        head = (
            f'schema = 1\n[city]\nid = "square"\nname = {{ zh = "方城", en = "Square City" }}\n{self.city}\n'
        )
        path = self.folder / "city.toml"
        path.write_text(head + "\n".join(self.layers.values()) + "\n" + self.more, encoding="utf-8")
        return path

    def open(self) -> Study:
        return open_study(load_config(self.toml()), self.folder)


def square_files(folder: Path) -> CityFiles:
    """The square city with boundary, districts and parks, free of any fault."""
    city = CityFiles(folder)
    return city.write("boundary", boundary()).write("districts", districts()).write("parks", parks())
