"""Where each kind of layer is written, under the names deliveries use."""

from __future__ import annotations

from dataclasses import dataclass

from layers.kinds import LayerKind

_L = LayerKind
_GDB, _CITY = "规划管控.gdb", "城市现状.gpkg"


@dataclass(frozen=True)
class Place:
    """Where a kind of layer is written: file, layer inside it, further keys of ``city.toml``."""

    path: str
    layer: str | None = None
    extra: tuple[tuple[str, str], ...] = ()


PLACES: dict[LayerKind, Place] = {
    _L.BOUNDARY: Place("XZQ.shp", None, (("encoding", '"gbk"'),)),
    _L.DISTRICTS: Place("XZQ_QX.shp", None, (("encoding", '"gbk"'),)),
    _L.LAND: Place(_CITY, "LY"),
    _L.RED_LINE: Place(_GDB, "STBHHX"),
    _L.RED_LINE_BASELINE: Place(_GDB, "STBHHX_2020", (("as_of", "2020-12-31"),)),
    _L.CONTROL_LINE: Place(_GDB, "JBSTKZX"),
    _L.CONSTRUCTION: Place(_GDB, "JSXM"),
    _L.PARKS: Place(_CITY, "GYLD"),
    _L.STREETS: Place(_CITY, "BXLW"),
    _L.RESIDENTIAL: Place(_CITY, "JZYD"),
    _L.BUILDINGS: Place(_CITY, "JZW"),
    _L.BUILT_UP: Place(_CITY, "JCQ"),
}

RASTERS: dict[LayerKind, Place] = {}
