"""The whole of ``ecological_connectivity`` on a city of many patches, and its PC and dPC beside networkx."""

from __future__ import annotations

import math
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
from affine import Affine
from pyproj import CRS

from analyses.connectivity_formula import Dispersal, probability_of_connectivity
from analyses.indicators.ecological_connectivity import DISTANCE, LEAST, PROBABILITY, measure
from benchmarks.made_up import CORNER
from benchmarks.measure import Row, faster, limit, require_same, taken
from geo.patches import Links, patch_links
from geo.raster import Grid, Surface
from layers.kinds import LayerKind
from layers.study import Layer, Source, Study
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from analyses.quantities import Measure

    Floats = NDArray[np.float64]
    Shapes = NDArray[Any]

EPSG = CRS.from_epsg(4547)
WHOLE, PAIRS = "connectivity of a city", "PC and dPC of patches"
DISPERSAL = Dispersal(float(DISTANCE.default), float(PROBABILITY.default), float(LEAST.default))
CELL_M = 30.0
MOST_S = 60.0
_VERTICES = 200
_DENSITY = 2.5
"""Patches per square kilometre: 5,000 on the 2,000 km² of a large city."""


def rows(*, quick: bool = False) -> Iterator[Row]:
    """Time the indicator on one city, then PC with what each patch adds against trying every removal."""
    count = 300 if quick else 5_000
    study = city(patches(count))
    ours = taken(partial(measure, study))
    cells = study.surfaces[LayerKind.RESISTANCE].values.size / 1e6
    size = f"{count:,} patches of {_VERTICES} vertices, {cells:.2g} M cells"
    note = "links, PC, IIC, dPC, dIIC, corridors, bottlenecks, MSPA; CPU seconds of all cores"
    _require_answers(ours.value, count)
    yield limit(WHOLE, size, ours.cpu_s, MOST_S, note=note)
    with suppress(ImportError):
        yield _against_networkx(40 if quick else 120, quick=quick)


def _require_answers(found: Measure, count: int) -> None:
    """Refuse to time what did not come out."""
    numbers = {one.id: one.quantity.value for one in found.beside if one.quantity is not None}
    if numbers["patches"] != count or not all(numbers.get(key) for key in ("pc", "iic", "corridors")):
        raise ValueError(f"connectivity: {numbers}")


def _against_networkx(count: int, *, quick: bool) -> Row:
    shapes = patches(count)
    links = patch_links(shapes, DISPERSAL.longest_m)
    area = np.asarray(shapely.area(shapes), dtype=np.float64)
    landscape = count / _DENSITY * 1e6
    ours = taken(partial(probability_of_connectivity, area, links, DISPERSAL, landscape))
    theirs = taken(partial(_networkx, area, links, landscape))
    pc, dpc = theirs.value
    apart = max(
        require_same("PC", ours.value.pc, pc, 1e-9),
        *(require_same("dPC", *pair, 1e-9) for pair in zip(ours.value.dpc.tolist(), dpc, strict=True)),
    )
    size = f"{count} patches, {len(links.one):,} links"
    note = f"PC and every dPC the same to {apart:.0e}; the peer takes out each patch in turn"
    return faster(PAIRS, size, "networkx", (ours, theirs), 0 if quick else 10, note)


def _networkx(area: Floats, links: Links, landscape_m2: float) -> tuple[float, list[float]]:
    """Compute PC, and dPC of every patch by removing it and computing PC once more."""
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(range(links.count))
    ends = zip(links.one.tolist(), links.other.tolist(), links.distance_m.tolist(), strict=True)
    graph.add_weighted_edges_from(ends)

    def numerator(held: Any) -> float:
        ways = nx.all_pairs_dijkstra_path_length(held, cutoff=DISPERSAL.longest_m)
        return math.fsum(
            area[one] * area[other] * DISPERSAL.probability ** (away / DISPERSAL.distance_m)
            for one, reached in ways
            for other, away in reached.items()
        )

    whole = numerator(graph)
    losses = []
    for node in range(links.count):
        rest = graph.copy()
        rest.remove_node(node)
        losses.append(100 * (whole - numerator(rest)) / whole)
    return whole / landscape_m2**2, losses


def patches(count: int, seed: int = 11) -> Shapes:
    """Star-shaped woods of one to some hundred hectares that do not meet, strewn over a square."""
    rng = np.random.default_rng(seed)
    side = math.sqrt(count / _DENSITY) * 1e3
    turn = np.linspace(0, 2 * np.pi, _VERTICES, endpoint=False)
    cells: dict[tuple[int, int], list[tuple[float, float, float]]] = {}
    kept: list[Floats] = []
    while len(kept) < count:
        radius = float(np.clip(np.exp(rng.normal(4.9, 0.6)), 75.0, 700.0))
        x, y = rng.uniform(radius * 1.3, side - radius * 1.3, 2).tolist()
        if not _free(cells, x, y, radius * 1.3):
            continue
        cells.setdefault((int(x // 1_000), int(y // 1_000)), []).append((x, y, radius * 1.3))
        far = radius * (1 + 0.3 * np.sin(5 * turn + rng.uniform(0, 6)))
        kept.append(np.stack([x + far * np.cos(turn), y + far * np.sin(turn)], 1) + CORNER)
    return np.asarray(shapely.polygons(np.stack(kept)), dtype=object)


def _free(
    cells: dict[tuple[int, int], list[tuple[float, float, float]]], x: float, y: float, r: float
) -> bool:
    column, row = int(x // 1_000), int(y // 1_000)
    near = [
        one
        for i in range(column - 2, column + 3)
        for j in range(row - 2, row + 3)
        for one in cells.get((i, j), [])
    ]
    return all(math.hypot(x - a, y - b) > r + other + 10.0 for a, b, other in near)


def city(woods: Shapes) -> Study:
    """Give a square city of woods with a surface of resistance."""
    side = math.sqrt(len(woods) / _DENSITY) * 1e3
    land = shapely.box(*CORNER, *(CORNER + side))
    rng = np.random.default_rng(12)
    cells = math.ceil(side / CELL_M)
    rough = np.repeat(np.repeat(rng.integers(1, 60, (cells // 10 + 1, cells // 10 + 1)), 10, 0), 10, 1)
    grid = Grid(EPSG, Affine(CELL_M, 0, CORNER[0], 0, -CELL_M, CORNER[1] + cells * CELL_M), (cells, cells))
    surface = Surface(grid, np.ma.masked_array(rough[:cells, :cells].astype(np.float32), False))
    frame = gpd.GeoDataFrame({"id": [str(k) for k in range(len(woods))]}, geometry=woods, crs=EPSG)
    none = gpd.GeoDataFrame({"id": [], "name_zh": [], "name_en": []}, geometry=[], crs=EPSG)
    return Study(
        id="made-up",
        name=Text("虚构市", "Made-up City"),
        crs=EPSG,
        boundary=land,
        land=land,
        districts=none,
        layers={LayerKind.FOREST: Layer(LayerKind.FOREST, frame, Source(path="forest.gpkg"))},
        surfaces={LayerKind.RESISTANCE: surface},
    )
