"""The habitat patches of a city: from forest, a line, or land cover; what touches is one patch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage

from analyses.indicator import NotMeasurableError, Parameter
from analyses.tables import parsed_number
from geo.area import area_m2
from geo.cells import cells_of, shapes_of
from geo.overlay import clip
from geo.patches import patches_of
from geo.raster import aligned, label_areas_m2
from geo.transform import moved_to
from layers.catalogue import finding
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.raster import Grid, Surface
    from layers.findings import Finding
    from layers.study import Study

SOURCES = (LayerKind.FOREST, LayerKind.RED_LINE, LayerKind.CONTROL_LINE, LayerKind.LAND_COVER)
MOST_PATCHES = 20_000
_OVERLAP_SHARE = 1e-6

SOURCE = Parameter(
    "connectivity_source",
    "auto",
    Text("斑块来源图层", "layer the patches come from"),
    source="proposed: the first given of forest, red_line, control_line, land_cover",
    doubt=Text("没有标准规定斑块的来源", "no standard says what a patch is"),
    choices=("auto", *(kind.value for kind in SOURCES)),
)
MIN_AREA = Parameter(
    "connectivity_patch_min_m2",
    10_000.0,
    Text("斑块最小面积", "smallest patch"),
    unit="m²",
    source="proposed: 1 ha",
    doubt=Text("没有标准规定斑块最小面积", "no standard fixes the smallest patch"),
    minimum=0,
)
NATURAL = Parameter(
    "connectivity_classes",
    "10,20,30,90,95",
    Text("计为生境的土地覆盖代码（逗号分隔）", "land-cover codes that are habitat (comma separated)"),
    source="ESA WorldCover: trees, shrubs, grass, wetland, mangrove",
    doubt=Text("建议值：按物种选定", "proposed: depends on the species meant"),
)


@dataclass(frozen=True, eq=False)
class Habitat:
    """The patches, in the order of their place, with their areas; ``kind`` is the layer they come from.

    ``raw`` are the shapes of the layer on land before small ones were left out (polygons), or the raster.
    """

    kind: LayerKind
    shapes: NDArray[Any]
    area_m2: NDArray[np.float64]
    raw: NDArray[Any] | Surface
    findings: tuple[Finding, ...]


def habitat(study: Study) -> Habitat:
    """Gather the patches on the land of the city that are large enough.

    Raises
    ------
    NotMeasurableError
        When the layer asked for is not given, or no patch or too many patches are found.
    """
    kind = _source(study)
    raw: NDArray[Any] | Surface
    if kind == LayerKind.LAND_COVER:
        raw = study.surfaces[kind]
        parts = _from_cover(study, raw)
    else:
        raw = parts = clip(study.frame(kind).geometry.to_numpy(), study.land)
    shapes = patches_of(clip(patches_of(parts), study.land))
    area = area_m2(shapes, study.crs)
    large = area >= MIN_AREA.number(study)
    found = int(large.sum())
    if not 0 < found <= MOST_PATCHES:
        raise _unfit(kind, found)
    return Habitat(kind, shapes[large], area[large], raw, _overlaps(study, kind, parts, area))


def habitat_cells(study: Study, patches: Habitat, grid: Grid) -> NDArray[np.bool_]:
    """Mark the cells of a grid that are habitat, small pieces included; cells go by their centre."""
    if isinstance(patches.raw, np.ndarray):
        return cells_of(patches.raw, grid)
    cover = aligned(patches.raw, grid).values
    return np.isin(cover.filled(0), _codes(study)) & ~np.ma.getmaskarray(cover)


def _source(study: Study) -> LayerKind:
    asked = str(SOURCE.of(study))
    wanted = SOURCES if asked == "auto" else (LayerKind(asked),)
    for kind in wanted:
        if kind in study.layers or kind in study.surfaces:
            return kind
    raise NotMeasurableError(
        Text(
            f"参数 connectivity_source 指定的图层 {wanted[0]} 未提供",
            f"layer {wanted[0]}, which the parameter connectivity_source asks for, is not given",
        )
    )


def _codes(study: Study) -> list[float]:
    said = str(NATURAL.of(study)).split(",")
    codes = [parsed_number(one) for one in said if one.strip()]
    known = [one for one in codes if one is not None]
    if len(known) < len(codes):
        raise NotMeasurableError(
            Text(
                "参数 connectivity_classes 含非数字的代码",
                "parameter connectivity_classes holds a non-number",
            )
        )
    return known


def _from_cover(study: Study, cover: Surface) -> NDArray[Any]:
    """Draw the habitat of a land-cover raster; pieces (eight-connected) below the least area stay out."""
    natural = np.isin(cover.values.filled(0), _codes(study)) & ~np.ma.getmaskarray(cover.values)
    labels, count = ndimage.label(natural, np.ones((3, 3), dtype=bool))
    sizes = label_areas_m2(labels, cover.grid, count + 1)
    enough = sizes >= MIN_AREA.number(study)
    enough[0] = False
    drawn = shapes_of(enough[labels], cover.grid)
    return moved_to(drawn, study.crs).to_numpy()


def _overlaps(
    study: Study, kind: LayerKind, parts: NDArray[Any], area: NDArray[np.float64]
) -> tuple[Finding, ...]:
    total, once = float(area_m2(parts, study.crs).sum()), float(area.sum())
    if kind == LayerKind.LAND_COVER or total - once <= _OVERLAP_SHARE * total:
        return ()
    said = Text(
        f"{kind}：斑块重叠 {total - once:,.0f} m²，只计一次",
        f"{kind}: patches overlap by {total - once:,.0f} m², counted once",
    )
    return (finding("connectivity.patches_overlap", said, layer=kind.value),)


def _unfit(kind: LayerKind, found: int) -> NotMeasurableError:
    if found:
        return NotMeasurableError(
            Text(
                f"{kind} 有 {found:,} 个斑块，超过 {MOST_PATCHES:,} 个：请调高参数 connectivity_patch_min_m2",
                f"{kind} has {found:,} patches, more than {MOST_PATCHES:,}: raise connectivity_patch_min_m2",
            )
        )
    return NotMeasurableError(
        Text(
            f"{kind} 在陆域内没有足够大的斑块：请核对图层，或调低参数 connectivity_patch_min_m2",
            f"{kind} has no patch on land that is large enough: check the layer or lower "
            "connectivity_patch_min_m2",
        )
    )
