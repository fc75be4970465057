"""The city's boundary and districts, from any vector file, in degrees."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely
from shapely import MultiPolygon, Polygon

from geo.crs import study_crs
from layers.catalogue import finding
from layers.errors import DataError
from layers.formats import locate, refuse_views
from layers.kinds import SPECS, LayerKind
from layers.osm.gathering import WGS84
from layers.text import Text

if TYPE_CHECKING:
    from pyproj import CRS
    from shapely.geometry.base import BaseGeometry

    from layers.findings import Finding
    from layers.osm.gathering import Box

_NAMES = ("name", "mc", "xzqmc", "名称", "name_zh", "nameunit", "uc_nm_mn", "name_en")
_UNREADABLE = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    ValueError,
    OSError,
    RuntimeError,
)


@dataclass(frozen=True, eq=False)
class City:
    """The boundary in degrees, its name if the file says it, and the metric system distances are taken in."""

    boundary: Polygon | MultiPolygon
    name: str
    crs: CRS

    def within(self, distance_m: float) -> BaseGeometry:
        """Give the boundary widened by a distance, in degrees."""
        city = gpd.GeoSeries([self.boundary], crs=WGS84).to_crs(self.crs)
        widened = city.buffer(distance_m).to_crs(WGS84)
        return shapely.union_all(widened.to_numpy())

    def box(self, distance_m: float) -> Box:
        """Give the box around the boundary widened by a distance, in degrees."""
        west, south, east, north = self.within(distance_m).bounds
        return west, south, east, north


def read_city(path: Path) -> City:
    """Read the boundary; several features are united.

    Raises
    ------
    DataError
        The file cannot be read, has no coordinate system or no polygons.
    """
    frame = _polygons(path, "行政区范围", "the boundary")
    shape = shapely.union_all(shapely.make_valid(frame.geometry.to_numpy()))
    parts = [part for part in shapely.get_parts(shape) if isinstance(part, Polygon)]
    boundary = parts[0] if len(parts) == 1 else MultiPolygon(parts)
    by_name = {str(column).casefold(): column for column in frame.columns}
    named = next((frame[by_name[one]] for one in _NAMES if one in by_name), None)
    names = [] if named is None else [str(one).strip() for one in named.dropna().unique()]
    return City(boundary, names[0] if len(names) == 1 else "", study_crs(boundary))


def read_districts(path: Path, city: City) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Read the districts that lie in the boundary: ``id``, ``name_zh``, ``name_en`` and ``residents``.

    Columns are recognised by the names official deliveries use; else the first column without repetition is
    taken as id and the first such text column as name, and a finding says so.
    """
    frame = _polygons(path, "分区", "the districts")
    frame = frame[frame.intersects(city.boundary) & ~frame.touches(city.boundary)].reset_index(drop=True)
    if frame.empty:
        raise DataError(
            Text(
                f"分区 {path} 都在行政区范围之外；请核对文件",
                f"no district of {path} lies in the boundary; check the file",
            )
        )
    columns: dict[str, pd.Series] = {}
    for field in SPECS[LayerKind.DISTRICTS].fields:
        wanted = {one.casefold() for one in (field.name, *field.aliases)}
        column = next((one for one in frame.columns if str(one).casefold() in wanted), None)
        if column is not None and column not in {one.name for one in columns.values()}:
            columns[field.name] = frame[column]
    findings = _guess(frame, columns)
    table = pd.DataFrame(
        {name: column if name == "residents" else column.astype("str") for name, column in columns.items()}
    )
    return gpd.GeoDataFrame(table, geometry=frame.geometry, crs=WGS84), findings


def _guess(frame: gpd.GeoDataFrame, columns: dict[str, pd.Series]) -> list[Finding]:
    plain = frame.drop(columns=frame.geometry.name)
    distinct = [name for name in plain.columns if plain[name].notna().all() and plain[name].is_unique]
    guessed = []
    if "id" not in columns:
        columns["id"] = (
            plain[distinct[0]] if distinct else pd.Series(range(1, len(frame) + 1), index=frame.index)
        )
        guessed.append("id")
    if "name_zh" not in columns:
        texts = [name for name in distinct if pd.api.types.is_string_dtype(plain[name])]
        columns["name_zh"] = columns.get("name_en", plain[texts[0]] if texts else columns["id"])
        guessed.append("name_zh")
    if not guessed:
        return []
    said = ", ".join(f"{one} <- {columns[one].name or '1, 2, 3 ...'}" for one in guessed)[:200]
    return [
        finding(
            "osm.district_fields",
            Text(f"分区字段按推测取用：{said}", f"fields of the districts are guessed: {said}"),
            layer="districts",
        )
    ]


def _polygons(path: Path, zh: str, en: str) -> gpd.GeoDataFrame:
    found = locate(str(path), Path())
    try:
        if found.format == "parquet":
            frame = gpd.read_parquet(found.path)
        else:
            layers = pyogrio.list_layers(found.opened)
            layer = next((name for name, kind in layers if "Polygon" in str(kind) or kind == "Unknown"), None)
            if layer is not None and found.format == "gpkg":
                refuse_views(found, layer)
            frame = gpd.GeoDataFrame(pyogrio.read_dataframe(found.opened, layer=layer or layers[0][0]))
    except (*_UNREADABLE, IndexError) as error:
        reason = " ".join(str(error).split())[:200]
        raise DataError(
            Text(
                f"读不了{zh} {path}（{reason}）；请核对文件",
                f"cannot read {en} {path} ({reason}); check the file",
            )
        ) from None
    if frame.crs is None:
        raise DataError(
            Text(
                f"{zh} {path} 没有坐标系；请补上 .prj 或坐标系后重试",
                f"{en} {path} has no coordinate system; add its .prj",
            )
        )
    frame = frame[frame.geom_type.isin(["Polygon", "MultiPolygon"])]
    if frame.empty or frame.geometry.is_empty.all():
        raise DataError(
            Text(f"{zh} {path} 里没有面；请给面图层", f"{en} {path} holds no polygons; give a polygon layer")
        )
    frame = frame.to_crs(WGS84)
    west, south, east, north = frame.total_bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):  # noqa: PLR2004 - the globe
        raise DataError(
            Text(
                f"{zh} {path} 的坐标不在地球上；请核对其坐标系",
                f"{en} {path} is not on Earth; check its coordinate system",
            )
        )
    frame = frame.set_geometry(shapely.make_valid(shapely.force_2d(frame.geometry.to_numpy())))
    return frame.reset_index(drop=True)
