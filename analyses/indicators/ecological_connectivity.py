"""How well the habitat of a city hangs together, which patches carry it, and where corridors are narrow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from analyses.areas import land_pieces, pieces, share_quantity
from analyses.connectivity_formula import (
    Dispersal,
    integral_index,
    integral_losses,
    probability_of_connectivity,
)
from analyses.corridors import CORRIDOR_PARAMETERS, SURFACES, Corridors, corridors, resistance
from analyses.habitat_patches import MIN_AREA, NATURAL, SOURCE, SOURCES, habitat, habitat_cells
from analyses.indicator import EvidenceClass, Indicator, Parameter
from analyses.quantities import Beside, Measure, Quantity, Unit
from geo.cells import cells_of, grid_over
from geo.detours import spare_links
from geo.morphology import CLASSES, mspa
from geo.patches import components, patch_links
from geo.raster import label_areas_m2
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from analyses.connectivity_formula import Probability
    from analyses.corridors import Resistance
    from analyses.habitat_patches import Habitat
    from geo.patches import Links
    from layers.study import Study

DISTANCE = Parameter(
    "dispersal_distance_m",
    1_000.0,
    Text("中位扩散距离（此处概率为 p0）", "median dispersal distance (probability p0 there)"),
    unit="m",
    source="proposed",
    doubt=Text("因物种而异，没有标准规定", "depends on the species; no standard fixes it"),
    minimum=1,
    maximum=100_000,
)
PROBABILITY = Parameter(
    "dispersal_probability",
    0.5,
    Text("中位扩散距离处的概率 p0", "probability p0 at that distance"),
    source="usual: 0.5 at the median distance",
    doubt=Text("通常取 0.5；有软件把 0.5 放在一半距离处", "0.5 as a rule; one package puts it at half of d0"),
    minimum=0.01,
    maximum=0.99,
)
LEAST = Parameter(
    "connectivity_least_probability",
    0.05,
    Text("低于此概率的连接不计", "connections less likely than this count as none"),
    source="proposed: keeps the graph sparse",
    doubt=Text("截断使 PC 略偏低", "the cut lowers PC a little"),
    minimum=0.0001,
    maximum=0.5,
)
KEY = Parameter(
    "key_patches",
    5,
    Text("重要斑块数（按 dPC 排序）", "patches that count as key, by dPC"),
    source="proposed",
    doubt=Text("建议值", "proposed"),
    minimum=0,
    maximum=1_000,
)
CELL = Parameter(
    "connectivity_cell_m",
    30.0,
    Text("廊道与形态分析的像元大小", "cell size for corridors and morphology"),
    unit="m",
    source="proposed",
    doubt=Text("结果随像元大小变化", "results change with the cell size"),
    minimum=5,
    maximum=1_000,
)
EDGE_WIDTH = Parameter(
    "mspa_edge_cells",
    1,
    Text("形态分析的边缘宽度（像元数）", "edge width of the morphology, in cells"),
    source="proposed",
    doubt=Text("结果取决于像元大小 × 边缘宽度", "the result depends on cell size times edge width"),
    minimum=1,
    maximum=50,
)
_MSPA = {
    "core": Text("MSPA 核心区", "MSPA core"),
    "islet": Text("MSPA 孤岛", "MSPA islet"),
    "perforation": Text("MSPA 孔隙", "MSPA perforation"),
    "edge": Text("MSPA 边缘区", "MSPA edge"),
    "loop": Text("MSPA 环道区", "MSPA loop"),
    "bridge": Text("MSPA 桥接区", "MSPA bridge"),
    "branch": Text("MSPA 支线", "MSPA branch"),
}


def measure(study: Study) -> Measure:
    """Measure the equivalent connected area (ECA) as a share of the land.

    ``ECA = sqrt(sum_ij a_i a_j p*_ij)`` is the area of one single patch that would have the same probability
    of connectivity. ECA over land is the square root of PC. It is the main value, and not PC itself, because
    it is linear in area: it can be read beside the share of habitat in the land, which it never exceeds, and
    the distance between the two is what fragmentation costs. PC, a product of two shares, stands beside with
    IIC. Districts have no value of their own: patches and their links cross district lines, and a whole is
    more than its parts.

    Patches are habitat on land of at least ``connectivity_patch_min_m2``; what touches is one patch.
    Distances run edge to edge; ``p = p0 ** (d / d0)``. Links for IIC and components are gaps up to ``d0``.
    """
    found = habitat(study)
    dispersal = Dispersal(DISTANCE.number(study), PROBABILITY.number(study), LEAST.number(study))
    land = land_pieces(study)
    land_m2 = float(land["area_m2"].sum())
    reach = patch_links(found.shapes, max(dispersal.longest_m, dispersal.distance_m))
    near = reach.within(dispersal.distance_m)
    lean = spare_links(reach)
    index = probability_of_connectivity(found.area_m2, lean.within(dispersal.longest_m), dispersal, land_m2)
    iic = integral_index(found.area_m2, near, land_m2)
    patches = _patches(study, found, near, index, iic * land_m2**2)
    grid = grid_over(study.land.buffer(CELL.number(study)).bounds, study.crs, CELL.number(study))
    ease = resistance(study, grid)
    ways = None if ease.surface is None else corridors(study, found, lean, dispersal, ease.surface)
    beside = [
        *_indices(study, found, near, index, iic),
        Beside(
            "patch_share",
            Text("斑块占陆域面积", "share of patches in the land"),
            *share_quantity(study, pieces(study, patches), land),
        ),
        *_ways_beside(study, ways, ease),
        *_morphology(study, found),
    ]
    evidence = patches if ways is None else _together(study, [patches, ways.lines, ways.places])
    city = Quantity(index.eca_m2 / 1e6, land_m2 / 1e6, Unit.RATIO, Unit.KM2, Unit.KM2)
    notes = _notes(found, dispersal, ways, ease)
    return Measure(city, {}, evidence, tuple(beside), notes, (*found.findings, *ease.findings))


def _patches(
    study: Study, found: Habitat, near: Links, index: Probability, iic_numerator: float
) -> gpd.GeoDataFrame:
    order = np.argsort(-index.dpc.round(9), kind="stable")
    rank = np.empty(len(order), dtype=np.intp)
    rank[order] = np.arange(1, len(order) + 1)
    key = order[: int(KEY.number(study))]
    losses = integral_losses(found.area_m2, near, key.tolist(), iic_numerator)
    diic = np.full(len(order), np.nan)
    diic[key] = [losses[one] for one in key.tolist()]
    return gpd.GeoDataFrame(
        {
            "id": [f"patch-{number}" for number in range(1, len(order) + 1)],
            "class": np.where(rank <= len(key), "key", "patch"),
            "area_m2": found.area_m2,
            "dpc_rank": rank,
            "dpc": index.dpc,
            "dpc_intra": index.intra,
            "dpc_flux": index.flux,
            "dpc_connector": index.connector,
            "diic": diic,
            "component": components(near)[1] + 1,
        },
        geometry=gpd.GeoSeries(found.shapes, crs=study.crs),
        crs=study.crs,
    )


def _indices(study: Study, found: Habitat, near: Links, index: Probability, iic: float) -> tuple[Beside, ...]:
    count, group = components(near)
    largest = np.bincount(group, weights=found.area_m2).max()
    total = float(found.area_m2.sum())
    return (
        Beside("pc", Text("可能连通性指数 PC", "probability of connectivity PC"), _plain(index.pc)),
        Beside("iic", Text("整体连通性指数 IIC", "integral index of connectivity IIC"), _plain(iic)),
        Beside(
            "eca",
            Text("等效连通面积 ECA", "equivalent connected area ECA"),
            Quantity(index.eca_m2 / 1e6, None, Unit.KM2),
        ),
        Beside("patches", Text("斑块数", "patches"), _count(len(group))),
        Beside("components", Text("连通分量数", "components"), _count(count)),
        Beside(
            "largest_component",
            Text("最大连通分量占斑块面积", "share of patch area in the largest component"),
            Quantity(float(largest), total, Unit.RATIO, Unit.M2, Unit.M2),
        ),
        Beside(
            "link_distance",
            Text("IIC 与分量的连接距离", "link distance of IIC and components"),
            Quantity(DISTANCE.number(study), None, Unit.M),
        ),
    )


def _ways_beside(study: Study, ways: Corridors | None, ease: Resistance) -> tuple[Beside, ...]:
    titles = {
        "corridors": Text("最小成本廊道数", "least-cost corridors"),
        "corridor_length": Text("廊道总长", "length of corridors"),
        "bottlenecks": Text("廊道瓶颈数（待修复节点）", "bottlenecks (corridor nodes to restore)"),
    }
    if ways is None:
        return tuple(Beside(key, title, None, reason=ease.origin) for key, title in titles.items())
    length = float(ways.lines["length_m"].sum()) / 1e3
    numbers = (_count(len(ways.lines)), Quantity(length, None, Unit.KM), _count(len(ways.places)))
    placed: tuple[dict[str, Quantity], ...] = ({}, {}, _by_district(study, ways.places))
    return tuple(
        Beside(key, title, number, by)
        for (key, title), number, by in zip(titles.items(), numbers, placed, strict=True)
    )


def _by_district(study: Study, places: gpd.GeoDataFrame) -> dict[str, Quantity]:
    """Count places by district; one on a common border goes to the first."""
    areas = study.districts.geometry.to_numpy()
    place, area = shapely.STRtree(areas).query(places.geometry.to_numpy(), predicate="intersects")
    first = pd.Series(area).groupby(place).min()
    counts = np.bincount(first.to_numpy(dtype=np.intp), minlength=len(areas))
    return {str(key): _count(int(number)) for key, number in zip(study.districts["id"], counts, strict=True)}


def _morphology(study: Study, found: Habitat) -> tuple[Beside, ...]:
    """Give the area of each MSPA class on the land, with cell size and edge width."""
    cell, edge = CELL.number(study), EDGE_WIDTH.number(study)
    grid = grid_over(study.land.bounds, study.crs, cell)
    land = cells_of([study.land], grid)
    classes = mspa(habitat_cells(study, found, grid), edge, ~land)
    sums = label_areas_m2(classes, grid, len(CLASSES) + 1)[1:].tolist()
    return (
        *(
            Beside(f"mspa_{name}", _MSPA[name], Quantity(area / 1e6, None, Unit.KM2))
            for name, area in zip(CLASSES, sums, strict=True)
        ),
        Beside("mspa_cell", Text("MSPA 像元大小", "MSPA cell size"), Quantity(cell, None, Unit.M)),
        Beside(
            "mspa_edge_width", Text("MSPA 边缘宽度", "MSPA edge width"), Quantity(cell * edge, None, Unit.M)
        ),
    )


def _plain(number: float) -> Quantity:
    return Quantity(number, None, Unit.INDEX)


def _count(number: int) -> Quantity:
    return Quantity(float(number), None, Unit.COUNT)


def _together(study: Study, frames: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    some = [frame for frame in frames if len(frame)]
    return gpd.GeoDataFrame(pd.concat(some, ignore_index=True), crs=study.crs)


def _notes(
    found: Habitat, dispersal: Dispersal, ways: Corridors | None, ease: Resistance
) -> tuple[Text, ...]:
    lost = dispersal.least
    notes = [
        Text(
            f"斑块来自图层 {found.kind}；{dispersal.distance_m:g} m 处概率为 {dispersal.probability:g}，"
            f"概率低于 {lost:g}（{dispersal.longest_m:,.0f} m 以外）不计，PC 最多偏低 {lost:g}×(斑块占比)²",
            f"patches come from layer {found.kind}; probability {dispersal.probability:g} at "
            f"{dispersal.distance_m:g} m; below {lost:g} (beyond {dispersal.longest_m:,.0f} m) it counts as "
            f"0, which lowers PC by at most {lost:g} times the squared share of patches",
        ),
        Text(
            "dIIC 只对重要斑块逐一剔除计算",
            "dIIC is computed for the key patches alone, each taken out in turn",
        ),
    ]
    if ways is None:
        return (*notes, ease.origin)
    notes.append(Text(f"廊道阻力来自{ease.origin.zh}", f"resistance of corridors: {ease.origin.en}"))
    if ways.blocked:
        notes.append(
            Text(
                f"{ways.blocked} 处连接在搜索范围内被阻断，没有廊道",
                f"{ways.blocked} links have no corridor: barriers close the window searched",
            )
        )
    if ways.within_a_cell:
        notes.append(
            Text(
                f"{ways.within_a_cell} 处连接的两斑块落在同一栅格内，无需廊道",
                f"{ways.within_a_cell} links join patches that share a cell and need no corridor",
            )
        )
    return tuple(notes)


INDICATOR = Indicator(
    id="ecological_connectivity",
    title=Text("生态连通性（等效连通面积占比）", "Ecological connectivity (equivalent connected area share)"),
    system="structure",
    unit=Unit.RATIO,
    needs=(),
    any_of=(SOURCES,),
    uses=(LayerKind.LAND, *SOURCES, *(kind for kind in SURFACES if kind not in SOURCES)),
    measure=measure,
    formula=Text(
        "ECA ÷ 陆域面积，ECA=√(ΣΣ aᵢaⱼp*ᵢⱼ)=√(A²·PC)，p=exp(−kd)，k=−ln p₀/d₀；dPC=intra+flux+connector",
        "ECA ÷ land area, ECA=√(ΣΣ aᵢaⱼp*ᵢⱼ)=√(A²·PC), p=exp(−kd), k=−ln p₀/d₀; dPC=intra+flux+connector",
    ),
    basis=Text(
        "图论连通性指数 IIC、PC、ECA 与形态学空间格局分析 MSPA（无国家标准）",
        "graph indices IIC, PC and ECA, and MSPA (no national standard)",
    ),
    parameters=(
        SOURCE,
        MIN_AREA,
        NATURAL,
        DISTANCE,
        PROBABILITY,
        LEAST,
        KEY,
        CELL,
        EDGE_WIDTH,
        *CORRIDOR_PARAMETERS,
    ),
    classes=(
        EvidenceClass("key", Text("重要斑块", "key patch"), "good"),
        EvidenceClass("patch", Text("其他斑块", "other patch"), "context"),
        EvidenceClass("corridor", Text("最小成本廊道", "least-cost corridor"), "neutral"),
        EvidenceClass("bottleneck", Text("廊道瓶颈（待修复节点）", "bottleneck to restore"), "bad"),
    ),
    about=Text(
        "等效连通面积是连通概率相同的单一斑块的面积；它与斑块占比之差就是破碎化的代价。",
        "The equivalent connected area is that of one single patch with the same probability of "
        "connectivity; what it lacks to the share of patches is the cost of fragmentation.",
    ),
    edge_cases=(
        Text(
            "只取陆域内的生境；界外生境不参与，边缘斑块的连通性因此偏低。",
            "Only habitat on the city's land takes part; habitat beyond it does not, so patches at the rim "
            "come out less connected than they are.",
        ),
        Text(
            "相接或重叠的生境合为一个斑块，面积只计一次；小于下限的斑块只进入形态分析。",
            "Habitat that touches or overlaps is one patch, its area counted once; patches below the least "
            "area are in the morphology alone.",
        ),
        Text(
            "斑块和连接跨越区界，各区没有单独的值；瓶颈数按区给出。",
            "Patches and links cross district lines, so districts have no value of their own; bottlenecks "
            "are counted by district.",
        ),
        Text(
            "没有阻力面、土地覆盖或地形时不画廊道，指数照常给出。",
            "Without resistance, land cover or terrain no corridors are drawn; the indices are given all "
            "the same.",
        ),
    ),
)
