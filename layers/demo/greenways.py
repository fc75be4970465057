"""Greenways and bidao as inventories hold them: with duplicates, double lines, gaps and planned stretches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers.demo.cut import equal_pieces, lines_of, stretch
from layers.demo.ground import banks, river_widths
from layers.demo.settings import CRS
from layers.demo.waters import RESERVOIR_NAMES, RIVER_NAME, STREAM_NAMES

if TYPE_CHECKING:
    from layers.demo.ground import Ground
    from layers.demo.streets import Streets

_LEAST_M = 250.0
_PLANNED = 0.13


def make_greenways(ground: Ground, streets: Streets, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Give greenways along quays, coast, some arterials and the foot of the hills."""
    rows: list[tuple[shapely.LineString, str, str]] = []
    ashore = shapely.buffer(ground.land, -1.0)
    shapely.prepare(ashore)
    every = ground.settings.greenways
    quays = list(shapely.get_parts(shapely.line_merge(shapely.multilinestrings(list(streets.quay)))))
    rows += [(line, "滨水绿道", "城市绿道") for line in quays]
    for number in np.unique(streets.line):
        if number >= 0 and number % every == every - 1:
            mine = streets.shape[(streets.line == number) & (streets.rank == 0)]
            merged = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(list(mine))))
            rows += [(line, f"城市绿道{number % 1000}号线", "城市绿道") for line in merged]
    for n, hill in enumerate(ground.nature.above(ground.control_level + 22.0, 3e5)):
        trail = shapely.simplify(shapely.LineString(hill.exterior.coords), 9.0)
        inner = shapely.intersection(trail, ashore)
        rows += [
            (line, f"山海远足径{n + 1}段", "区域绿道")
            for line in shapely.get_parts(shapely.line_merge(inner))
        ]
    shapes = np.array([row[0] for row in rows], object)
    shapes = shapely.intersection(shapes, ground.land)
    parts, owner = shapely.get_parts(shapes, return_index=True)
    long = shapely.length(parts) > _LEAST_M
    parts, owner = parts[long], owner[long]
    frame = gpd.GeoDataFrame(
        {
            "name": [rows[n][1] for n in owner],
            "level": [rows[n][2] for n in owner],
            "built": np.where(rng.uniform(size=len(owner)) < _PLANNED, "否", "是"),
        },
        geometry=parts,
        crs=CRS,
    )
    return _as_recorded(frame, rng)


def make_bidao(ground: Ground, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Give bidao: both banks of the river in the city, one bank of the streams, reservoirs, the coast."""
    rows: list[tuple[shapely.LineString, str, str, str]] = []
    widths = river_widths(ground.settings)
    wider = (widths[0] + 40.0, widths[1] + 40.0)
    for side, points in zip(("左", "右"), banks(ground.terrain.river, *wider), strict=True):
        line = shapely.LineString(points)
        first = 0.12 if side == "左" else 0.45
        rows.append((stretch(line, first, 0.97, share=True), f"{RIVER_NAME}碧道", "河流型", side))
    for name, reservoir in zip(STREAM_NAMES, ground.terrain.reservoirs, strict=False):
        left, _ = banks(reservoir.stream, 36.0, 36.0)
        rows.append((shapely.LineString(left), f"{name}碧道", "河流型", "左"))
    for name, water in zip(RESERVOIR_NAMES, ground.reservoirs, strict=False):
        ring = shapely.LineString(shapely.simplify(shapely.buffer(water, 30.0), 4.0).exterior.coords)
        rows.append((stretch(ring, 0.05, 0.72, share=True), f"{name}碧道", "湖库型", "湖"))
    coast = shapely.boundary(shapely.buffer(ground.land, -40.0, quad_segs=3))
    seaside = shapely.intersection(coast, shapely.buffer(ground.sea, 120.0))
    for line in shapely.get_parts(shapely.line_merge(seaside)):
        middle = np.array(line.interpolate(0.5, normalized=True).coords[0])
        if line.length > 900.0 and ground.urban.at(middle[:1], middle[1:])[0] > 0.12:
            rows.append((shapely.simplify(line, 3.0), "山海湾碧道", "滨海型", "海"))
    pieces = []
    for line, name, sort, side in rows:
        for part in lines_of(shapely.intersection(line, ground.land)):
            pieces += [(piece, name, sort, side) for piece in equal_pieces(part, 1_600.0)]
    pieces = [piece for piece in pieces if piece[0].length > 60.0]
    frame = gpd.GeoDataFrame(
        {
            "name": [piece[1] for piece in pieces],
            "bidao_type": [piece[2] for piece in pieces],
            "bank": [piece[3] for piece in pieces],
            "built": np.where(rng.uniform(size=len(pieces)) < 0.2, "否", "是"),
        },
        geometry=[piece[0] for piece in pieces],
        crs=CRS,
    )
    return gpd.GeoDataFrame(pd.concat([frame, frame.iloc[:2]], ignore_index=True), crs=CRS)


def _as_recorded(frame: gpd.GeoDataFrame, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Record some stretches twice, some as two lines, some overlapping, some with a gap."""
    order = rng.permutation(len(frame))
    some = max(4, len(frame) // 30)
    twice, double, partly, gapped = (order[some * k : some * (k + 1)] for k in range(4))
    shapes = frame.geometry.to_numpy().copy()
    again = frame.iloc[np.sort(twice)]
    beside = frame.iloc[np.sort(double)].copy()
    beside["geometry"] = shapely.offset_curve(beside.geometry.to_numpy(), 3.0)
    lap = frame.iloc[np.sort(partly)].copy()
    middles = [stretch(line, 0.3, 0.7, share=True) for line in lap.geometry.to_numpy()]
    lap = lap.set_geometry(np.array(middles, object))
    for n in gapped:
        line = shapes[n]
        gap = 12.0 + 60.0 * float(rng.uniform())
        middle = line.length / 2
        halves = [
            stretch(line, 0.0, middle - gap / 2),
            stretch(line, middle + gap / 2, line.length),
        ]
        shapes[n] = shapely.multilinestrings(halves)
    frame = frame.set_geometry(shapes)
    whole = gpd.GeoDataFrame(pd.concat([frame, again, beside, lap], ignore_index=True), crs=CRS)
    return whole[whole.length > 1.0].reset_index(drop=True)
