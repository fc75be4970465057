"""The scale of a vegetation index: fractions or whole numbers times 10,000, nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from layers.catalogue import finding
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from geo.raster import Surface
    from layers.findings import Finding
    from layers.study import Study

FULL = 10_000.0
_BYTE = 255
_SLACK = 1e-3


def ndvi_factor(surface: Surface) -> float | None:
    """Give the factor that brings a vegetation index to the scale times 10,000; None for any other scale.

    Values within -1..1 are fractions. Values within -10000..10000 of which some are above 255 have the scale
    already; a byte image (0..255) has lost its own and cannot be told.

    Examples
    --------
    >>> import numpy as np
    >>> from affine import Affine
    >>> from pyproj import CRS
    >>> from geo.raster import Grid, Surface
    >>> def index(*values):
    ...     grid = Grid(CRS.from_epsg(4547), Affine(1, 0, 0, 0, -1, 0), (1, len(values)))
    ...     return Surface(grid, np.ma.masked_invalid(np.array([values], float)))
    >>> ndvi_factor(index(-0.1, 0.9)), ndvi_factor(index(-2000, 8500)), ndvi_factor(index(0, 200))
    (10000.0, 1.0, None)
    """
    lowest, highest = surface.values.min(), surface.values.max()
    if lowest is np.ma.masked:
        return None
    low, high = float(lowest), float(highest)
    if low >= -1 - _SLACK and high <= 1 + _SLACK:
        return FULL
    return 1.0 if low >= -FULL and _BYTE < high <= FULL else None


def check_ndvi(study: Study) -> list[Finding]:
    """Report a vegetation index in a scale that cannot be used."""
    surface = study.surfaces.get(LayerKind.NDVI)
    if surface is None or ndvi_factor(surface) is not None:
        return []
    held = surface.values.compressed()
    span = f"{held.min():g}..{held.max():g}" if len(held) else "-"
    message = Text(
        f"ndvi：数值范围 {span}，应为 −1–1 或 −10000–10000",
        f"ndvi: values lie in {span}; they must lie in -1..1 or in -10000..10000",
    )
    return [finding("ndvi.scale", message, layer=LayerKind.NDVI.value)]
