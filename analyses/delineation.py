"""Draft source protection zones for a reservoir or a river intake, from distances the user gives.

Official polygons are the right input; these drafts serve where there are none. The distances recalled from
HJ 338-2018 are offered by ``recalled_distances`` with their doubt, never taken silently.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import shapely
from shapely.ops import substring

from analyses.source_zones import FIRST, QUASI, SECOND
from analyses.tables import parsed_number, shipped
from layers.errors import ConfigError
from layers.text import Text

if TYPE_CHECKING:
    from pyproj import CRS
    from shapely import LineString, MultiLineString, Point
    from shapely.geometry.base import BaseGeometry

SEGMENTS = 32


@dataclass(frozen=True)
class ReservoirDistances:
    """Distances for a lake or reservoir, in metres; None means the whole water, or the whole watershed."""

    first_land_m: float
    first_water_m: float | None = None
    second_water_m: float | None = None
    second_land_m: float | None = None
    doubt: str = ""


@dataclass(frozen=True)
class RiverDistances:
    """Distances for a river intake, in metres: along the river from the intake, and from the bank."""

    first_up_m: float
    first_down_m: float
    first_land_m: float
    second_up_m: float
    second_down_m: float
    second_land_m: float
    doubt: str = ""


@dataclass(frozen=True, eq=False)
class DraftZones:
    """Draft zones as a layer of kind ``source_zones``, and what a reader must know of them."""

    frame: gpd.GeoDataFrame
    notes: tuple[Text, ...]


def recalled_distances(water: str) -> ReservoirDistances | RiverDistances:
    """Give the distances recalled from HJ 338-2018 (``data/source_zone_distances.csv``), with their doubt.

    Raises
    ------
    ConfigError
        When the kind of water is not in the table.

    Examples
    --------
    >>> recalled_distances("river").first_up_m
    1000.0
    >>> recalled_distances("reservoir_small").first_water_m is None
    True
    """
    rows = {row.cells["water"]: row.cells for row in shipped("source_zone_distances.csv")}
    if water not in rows:
        known = ", ".join(rows)
        raise ConfigError(
            Text(f"没有水体类型 {water}；可用：{known}", f"there is no kind of water {water}; known: {known}")
        )
    row = rows[water]
    number = {name: parsed_number(row[name]) for name in row if name.endswith("_m")}
    if water.startswith("reservoir"):
        return ReservoirDistances(
            number["first_land_m"] or 0.0,
            number["first_water_m"],
            number["second_water_m"],
            number["second_land_m"],
            row["doubt"],
        )
    along = {
        name: number[name] or 0.0 for name in ("first_up_m", "first_down_m", "second_up_m", "second_down_m")
    }
    land = {name: number[name] or 0.0 for name in ("first_land_m", "second_land_m")}
    return RiverDistances(**along, **land, doubt=row["doubt"])


def delineate_reservoir(  # noqa: PLR0913 - all but three are optional
    water: BaseGeometry,
    distances: ReservoirDistances,
    crs: CRS,
    *,
    name: str,
    intake: Point | None = None,
    watershed: BaseGeometry | None = None,
    quasi: bool = False,
) -> DraftZones:
    """Draft the zones of a reservoir or lake.

    Class I: the water within ``first_water_m`` of the intake (all of it where None) and the land within
    ``first_land_m`` of that water. Class II: the rest of the water (or within ``second_water_m`` beyond class
    I) and the land within ``second_land_m`` of the water, or the whole watershed. Quasi zone, where asked:
    the rest of the watershed. Land is clipped to the watershed where there is one.

    Parameters
    ----------
    water
        The water below the normal level, in metres.
    distances
        From the user, or ``recalled_distances`` with its doubt.
    crs
        The metric system of all shapes.
    name
        Name of the source.
    intake
        Where water is taken; needed where a distance runs from it.
    watershed
        Given, or derived by ``geo.watershed.watershed``.
    quasi
        Whether to draw a quasi zone.

    Raises
    ------
    ConfigError
        When a distance is negative, the intake is missing, or neither distance nor watershed bounds class II.
    """
    _check(distances)
    if distances.first_water_m is not None and intake is None:
        raise ConfigError(Text("按取水口距离划定需给出取水口", "a distance from the intake needs the intake"))
    if distances.second_land_m is None and watershed is None:
        raise ConfigError(
            Text(
                "二级区陆域取全流域，但没有流域：请给出流域图形、地形栅格或 second_land_m",
                "class II is to take the whole watershed, but there is none: give a watershed, a terrain "
                "raster or second_land_m",
            )
        )
    first_water, second_water = _waters(water, distances, intake)
    first = _union(first_water, _land(first_water, water, distances.first_land_m, watershed))
    if distances.second_land_m is None:
        second_land = watershed
    else:
        second_land = _land(_union(first_water, second_water), water, distances.second_land_m, watershed)
    second = _union(second_water, second_land)
    return _drafted(crs, name, first, second, _rest(watershed, quasi=quasi), distances.doubt)


def delineate_river_intake(  # noqa: PLR0913 - all but four are optional
    river: LineString | MultiLineString,
    intake: Point,
    distances: RiverDistances,
    crs: CRS,
    *,
    name: str,
    half_width_m: float = 0.0,
    watershed: BaseGeometry | None = None,
    quasi: bool = False,
) -> DraftZones:
    """Draft the zones of an intake on a river whose line runs with the water.

    Class I: the reach from ``first_up_m`` above the intake to ``first_down_m`` below it, and the land within
    ``first_land_m`` of its banks. Class II: the reach ``second_up_m`` farther up and ``second_down_m``
    farther down, and the land within ``second_land_m`` of the banks. Ends are cut square to the river. Both
    are clipped to the watershed where one is given: that of the lowest point of class II, not of the intake.

    Parameters
    ----------
    river
        One line in the direction of flow, in metres; pieces are joined.
    intake
        Taken to the nearest point of the river.
    distances
        From the user, or ``recalled_distances`` with its doubt.
    crs
        The metric system of all shapes.
    name
        Name of the source.
    half_width_m
        From the line to the bank.
    watershed
        Given, or derived by ``geo.watershed.watershed``.
    quasi
        Whether to draw a quasi zone.

    Raises
    ------
    ConfigError
        When a distance is negative or the river is not one line.
    """
    _check(distances)
    line = shapely.line_merge(river, directed=True)
    if line.geom_type != "LineString":
        raise ConfigError(
            Text(
                "河流须为一条首尾相接、按流向绘制的线",
                "the river must be one connected line drawn with the flow",
            )
        )
    at = float(shapely.line_locate_point(line, intake))
    up, down = distances.first_up_m + distances.second_up_m, distances.first_down_m + distances.second_down_m
    first = _corridor(
        line, at - distances.first_up_m, at + distances.first_down_m, half_width_m + distances.first_land_m
    )
    second = _corridor(line, at - up, at + down, half_width_m + distances.second_land_m)
    if watershed is not None:
        first, second = shapely.intersection(first, watershed), shapely.intersection(second, watershed)
    notes = [
        Text(
            "河流按绘制方向为流向；支流未计入",
            "the river is taken to flow as drawn; tributaries are left out",
        )
    ]
    if at - up < 0 or at + down > line.length:
        notes.append(
            Text(
                "河流线在划定范围内结束，范围截止于线端",
                "the river line ends within the reach, which stops there",
            )
        )
    drafted = _drafted(crs, name, first, second, _rest(watershed, quasi=quasi), distances.doubt)
    return DraftZones(drafted.frame, (*drafted.notes, *notes))


def _check(distances: ReservoirDistances | RiverDistances) -> None:
    for key, value in vars(distances).items():
        if isinstance(value, int | float) and not value >= 0:
            raise ConfigError(
                Text(f"距离 {key} 不能为负：{value}", f"distance {key} must not be negative: {value}")
            )


def _waters(
    water: BaseGeometry, distances: ReservoirDistances, intake: Point | None
) -> tuple[BaseGeometry, BaseGeometry]:
    """Give the water of class I and of class II."""
    if distances.first_water_m is None or intake is None:
        return water, shapely.Polygon()
    first = shapely.intersection(water, _around(intake, distances.first_water_m))
    second = water
    if distances.second_water_m is not None:
        second = shapely.intersection(
            water, _around(intake, distances.first_water_m + distances.second_water_m)
        )
    return first, shapely.difference(second, first)


def _land(
    shore: BaseGeometry, water: BaseGeometry, distance_m: float, watershed: BaseGeometry | None
) -> BaseGeometry:
    """Give the land within a distance of some water, clipped to the watershed."""
    land = shapely.difference(_around(shore, distance_m), water)
    return land if watershed is None else shapely.intersection(land, watershed)


def _around(shape: BaseGeometry, distance_m: float) -> BaseGeometry:
    return shapely.buffer(shape, distance_m, quad_segs=SEGMENTS)


def _corridor(line: LineString, start_m: float, stop_m: float, width_m: float) -> BaseGeometry:
    reach = substring(line, max(start_m, 0.0), min(stop_m, line.length))
    return shapely.buffer(reach, width_m, quad_segs=SEGMENTS, cap_style="flat")


def _union(*shapes: BaseGeometry | None) -> BaseGeometry:
    return shapely.union_all([_areas(shape) for shape in shapes if shape is not None])


def _areas(shape: BaseGeometry) -> BaseGeometry:
    """Keep the polygons of a shape: cuts along common edges also leave lines and points."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    kept: BaseGeometry = shapely.multipolygons(parts[shapely.get_dimensions(parts) == 2])  # noqa: PLR2004
    return kept


def _rest(watershed: BaseGeometry | None, *, quasi: bool) -> BaseGeometry:
    return watershed if quasi and watershed is not None else shapely.Polygon()


def _drafted(
    crs: CRS, name: str, first: BaseGeometry, second: BaseGeometry, quasi: BaseGeometry, doubt: str
) -> DraftZones:
    """Make a layer of zones that do not overlap."""
    first = _areas(first)
    second = _areas(shapely.difference(_areas(second), first))
    quasi = _areas(shapely.difference(quasi, _union(first, second)))
    zones = [(FIRST, first), (SECOND, second), (QUASI, quasi)]
    kept = [(zone, shapely.normalize(shape)) for zone, shape in zones if shape.area > 0]
    frame = gpd.GeoDataFrame(
        {
            "id": [f"draft-{number}" for number in range(1, len(kept) + 1)],
            "source_name": [name] * len(kept),
            "zone_class": [zone for zone, _ in kept],
            "draft": [True] * len(kept),
        },
        geometry=gpd.GeoSeries([shape for _, shape in kept], crs=crs),
        crs=crs,
    )
    notes = [Text("草案，须以官方公布的保护区为准", "a draft: the officially published zones hold")]
    if doubt:
        notes.append(Text(f"距离未经核实：{doubt}", f"distances not verified: {doubt}"))
    return DraftZones(frame, tuple(notes))
