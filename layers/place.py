"""Bringing a layer to the study's coordinate system, and refusing coordinates that cannot be true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from geo.crs import horizontal, scale_error
from geo.datum import unshifted
from geo.repair import AT_A_TIME
from geo.transform import accuracy_m, datum_name, moved_to
from layers.catalogue import finding
from layers.config import is_web_mercator
from layers.errors import DataError
from layers.local_system import HINT, looks_independent
from layers.text import Text

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from layers.config import LayerSection
    from layers.findings import Finding
    from layers.kinds import LayerKind

WGS84 = CRS.from_epsg(4326)
GOOD_M = 1.0
_ZONE_WIDTH = 1e6
_FIRST_ZONE, _LAST_ZONE = 13, 45
_SPARE_DEG = 3.0
MOST_SCALE_ERROR = 0.002
"""Twice what the edge of a UTM zone has, seven times that of a 3-degree zone."""
USELESS_SCALE_ERROR = 0.01
"""3 m of a five-minute walk; eight to nine degrees of longitude from the middle of a zone in South China."""


def in_degrees(
    frame: gpd.GeoDataFrame, section: LayerSection, kind: LayerKind
) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Bring a layer's coordinates to a true geographic or projected system: shift undone, axes checked.

    The frame keeps its own system unless it was shifted; then it is in WGS 84.

    Raises
    ------
    DataError
        No coordinate system, or coordinates that cannot be in the one stated.
    """
    findings: list[Finding] = []
    shown = f"{kind} ({section.path})"
    bounds = _bounds(frame)
    if frame.crs is None:
        frame = _assume_system(frame, section, shown, bounds)
    crs = horizontal(system(frame))
    frame = frame.set_crs(crs, allow_override=True)
    if crs.is_geographic and _out_of_range(bounds):
        if _out_of_range(bounds[[1, 0, 3, 2]]):
            raise _cannot_be(shown, crs, bounds)
        frame = swapped(frame)
        findings.append(swap_finding(kind))
        bounds = _bounds(frame)
    if crs.is_projected and np.isfinite(bounds).all():
        _refuse_degrees(crs, bounds, shown)
        if _misplaced(crs, bounds):
            if _misplaced(crs, bounds[[1, 0, 3, 2]]):
                raise _cannot_be(shown, crs, bounds)
            frame = swapped(frame)
            findings.append(swap_finding(kind))
    if is_web_mercator(crs):
        said = Text(
            f"{kind}：源数据为网络墨卡托，已投影后量测",
            f"{kind}: the source is in Web Mercator; it is projected before it is measured",
        )
        findings.append(finding("crs.web_mercator", said, layer=kind.value))
    if section.datum in {"gcj02", "bd09"}:
        frame = _unshift(frame, section)
        name = "GCJ-02" if section.datum == "gcj02" else "BD-09"
        said = Text(
            f"{kind}：按声明从 {name} 还原到 WGS 84", f"{kind}: brought from {name} to WGS 84 as declared"
        )
        findings.append(finding("crs.unshifted", said, layer=kind.value))
    return frame, findings


def system(frame: gpd.GeoDataFrame) -> CRS:
    """Give the system of a frame that is known to have one."""
    if frame.crs is None:
        raise ValueError("the frame has no coordinate system")
    return frame.crs


def _bounds(frame: gpd.GeoDataFrame) -> np.ndarray:
    """Give the bounds of all shapes whose own are finite; some shapes at a time, as a million are many."""
    shapes = frame.geometry.to_numpy()
    corners = []
    for start in range(0, len(shapes), AT_A_TIME):
        each = shapely.bounds(shapes[start : start + AT_A_TIME])
        each = each[np.isfinite(each).all(axis=1)]
        if len(each):
            corners.append([*each[:, :2].min(axis=0), *-each[:, 2:].max(axis=0)])
    if not corners:
        return np.full(4, np.nan)
    west, south, east, north = np.min(corners, axis=0)
    return np.array([west, south, -east, -north])


def _out_of_range(bounds: np.ndarray) -> bool:
    west, south, east, north = bounds
    return bool(west < -180 or east > 360 or south < -90.0001 or north > 90.0001)  # noqa: PLR2004 - the globe


def _assume_system(
    frame: gpd.GeoDataFrame, section: LayerSection, shown: str, bounds: np.ndarray
) -> gpd.GeoDataFrame:
    degrees = not _out_of_range(bounds)
    if section.datum is not None and degrees:
        return frame.set_crs(4490 if section.datum == "cgcs2000" else 4326)
    hint = Text("像是经纬度，可能是 EPSG:4490", "they look like degrees, perhaps EPSG:4490")
    if not degrees:
        zone = _zone_prefix(bounds)
        code = f"EPSG:{4488 + zone}" if zone else "EPSG:4547"
        hint = Text(f"像是以米为单位，例如 {code}", f"they look like metres, for instance {code}")
        if looks_independent(bounds):
            hint = HINT
    raise DataError(
        Text(
            f"{shown}：图层没有坐标系；请在该图层写明 crs（坐标{hint.zh}）",
            f"{shown}: the layer has no coordinate system; name its crs (of the coordinates: {hint.en})",
        )
    )


def _zone_prefix(bounds: np.ndarray) -> int | None:
    """Give the 3-degree zone number that eastings carry in front, where they do."""
    zones = {int(bounds[0] // _ZONE_WIDTH), int(bounds[2] // _ZONE_WIDTH)}
    return min(zones) if len(zones) == 1 and _FIRST_ZONE <= min(zones) <= _LAST_ZONE else None


def _refuse_degrees(crs: CRS, bounds: np.ndarray, shown: str) -> None:
    if np.abs(bounds[[0, 2]]).max() <= 360 and np.abs(bounds[[1, 3]]).max() <= 90:  # noqa: PLR2004 - degrees
        raise DataError(
            Text(
                f"{shown}：坐标是经纬度度数，而坐标系“{crs.name}”以米为单位；请改 crs，如 EPSG:4490",
                f"{shown}: coordinates are degrees but {crs.name} is in metres; correct crs, say EPSG:4490",
            )
        )


def _misplaced(crs: CRS, bounds: np.ndarray) -> bool:
    """Say whether projected coordinates lie wholly away from where their system is used."""
    corners = gpd.GeoSeries.from_xy([bounds[0], bounds[2]], [bounds[1], bounds[3]], crs=crs)
    degrees = moved_to(corners, WGS84)
    lon, lat = degrees.x.to_numpy(), degrees.y.to_numpy()
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        return True
    area = crs.area_of_use
    if area is None or area.west > area.east:
        return False
    outside = (lon < area.west - _SPARE_DEG) | (lon > area.east + _SPARE_DEG)
    outside |= (lat < area.south - _SPARE_DEG) | (lat > area.north + _SPARE_DEG)
    return bool(outside.all())


def _cannot_be(shown: str, crs: CRS, bounds: np.ndarray) -> DataError:
    zone = _zone_prefix(bounds)
    hint = Text("请核对 crs", "check crs")
    if zone:
        hint = Text(
            f"横坐标带有带号 {zone}，可能是 EPSG:{4488 + zone}",
            f"eastings carry the zone number {zone}, perhaps EPSG:{4488 + zone}",
        )
    elif crs.is_geographic:
        hint = Text(
            "坐标像是以米为单位，请改 crs，如 EPSG:4547", "they look like metres; correct crs, say EPSG:4547"
        )
    elif looks_independent(bounds):
        hint = HINT
    where = f"({bounds[0]:.6g}, {bounds[1]:.6g})"
    return DataError(
        Text(
            f"{shown}：坐标 {where} 不可能属于“{crs.name}”；{hint.zh}",
            f"{shown}: coordinates such as {where} cannot be in {crs.name}; {hint.en}",
        )
    )


def swapped(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Exchange x and y."""
    shapes = shapely.transform(frame.geometry.to_numpy(), lambda points: points[:, ::-1])
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))


def swap_finding(kind: LayerKind) -> Finding:
    """Say that x and y were swapped."""
    said = Text(f"{kind}：横纵坐标颠倒，已对调", f"{kind}: x and y were swapped; put right")
    return finding("crs.axes_swapped", said, layer=kind.value)


def _unshift(frame: gpd.GeoDataFrame, section: LayerSection) -> gpd.GeoDataFrame:
    degrees = frame if system(frame).is_geographic else frame.set_geometry(moved_to(frame.geometry, WGS84))
    datum = "gcj02" if section.datum == "gcj02" else "bd09"
    shapes = unshifted(degrees.geometry.to_numpy(), datum)  # type: ignore[arg-type]
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=WGS84))


def to_system(frame: gpd.GeoDataFrame, crs: CRS, kind: LayerKind) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Transform a layer; a change of datum of poor or unknown accuracy is a finding."""
    source = system(frame)
    if source == crs:
        return frame, []
    findings = []
    metres = accuracy_m(source, crs, _bounds(frame))
    if not 0 <= metres <= GOOD_M:
        said = Text(f"精度约 {metres:g} m", f"accurate to about {metres:g} m")
        if metres < 0:
            said = Text("没有已知参数，可能差百米", "no parameters are known, it may be 100 m off")
        message = Text(
            f"{kind}：从 {datum_name(source)} 转换到 {datum_name(crs)}，{said.zh}",
            f"{kind}: from {datum_name(source)} to {datum_name(crs)}, {said.en}",
        )
        findings.append(finding("crs.accuracy", message, layer=kind.value))
    return frame.set_geometry(moved_to(frame.geometry, crs)), findings


def far_from_zone(boundary: BaseGeometry, crs: CRS) -> list[Finding]:
    """Warn where the system asked for distorts lengths more than any zone does inside its own limits.

    Raises
    ------
    DataError
        It distorts them so much that no distance in it would mean anything.
    """
    corners = moved_to(
        gpd.GeoSeries(shapely.points(shapely.get_coordinates(boundary.envelope)), crs=crs), WGS84
    )
    off = scale_error(crs, corners.x.tolist(), corners.y.tolist())
    if off <= MOST_SCALE_ERROR:
        return []
    said = Text(
        f"city.crs：“{crs.name}”在本市的长度变形达 {off:.1%}，步行距离随之偏差；"
        "请删去 crs，或改用本市所在分带",
        f"city.crs: {crs.name} distorts lengths here by {off:.1%}, walking distances with them; "
        "leave crs out, or give the zone the city lies in",
    )
    if off > USELESS_SCALE_ERROR:
        raise DataError(said)
    return [finding("crs.far_from_zone", said)]
