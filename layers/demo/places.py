"""Where each kind of layer is written, under the names deliveries use."""

from __future__ import annotations

from dataclasses import dataclass

from layers.kinds import LayerKind

_L = LayerKind
_GDB, _CITY, _HAIMIAN = "规划管控.gdb", "城市现状.gpkg", "海绵城市.gpkg"


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
    _L.CONTROL_LINE_CHANGES: Place(_GDB, "JBSTKZX_TZ"),
    _L.DEVELOPMENT_BOUNDARY: Place(_GDB, "CZKFBJ"),
    _L.BASIC_FARMLAND: Place(_GDB, "YJJBNTBHTB"),
    _L.SOURCE_ZONES: Place(_GDB, "YYSSYBHQ"),
    _L.OUTFALLS: Place(_GDB, "PWK"),
    _L.FOREST: Place(_GDB, "SLFW"),
    _L.WATER: Place(_CITY, "SY"),
    _L.RIVERS: Place(_CITY, "HL"),
    _L.SHORELINES: Place(_CITY, "HHAX"),
    _L.COASTLINE: Place(_GDB, "HAX"),
    _L.GREENWAYS: Place("LDXL.shp", None, (("encoding", '"gbk"'),)),
    _L.BIDAO: Place("BDXL.shp", None, (("encoding", '"gbk"'),)),
    _L.PARKS: Place(_CITY, "GYLD"),
    _L.STREETS: Place(_CITY, "BXLW"),
    _L.RESIDENTIAL: Place(_CITY, "JZYD"),
    _L.BUILDINGS: Place(_CITY, "JZW"),
    _L.BUILT_UP: Place(_CITY, "JCQ"),
    _L.PARK_ENTRANCES: Place("公园出入口.geojson", None, (("datum", '"gcj02"'),)),
    _L.STATIONS: Place(_CITY, "GDZD"),
    _L.POPULATION: Place(_CITY, "RKD"),
    _L.VENTILATION_CORRIDORS: Place(_CITY, "TFLD"),
    _L.SEWER_SERVICE: Place(_CITY, "YWFL"),
    _L.DRAINAGE_UNITS: Place(_HAIMIAN, "PSFQ"),
    _L.SPONGE_PLOTS: Place(_HAIMIAN, "HMDK"),
    _L.SPONGE_SURFACES: Place(_HAIMIAN, "XDM"),
    _L.SPONGE_FACILITIES: Place(_HAIMIAN, "HMSS"),
    _L.LAND_USE: Place(_GDB, "DLTB"),
    _L.LAND_USE_BASELINE: Place(_GDB, "DLTB_2020", (("as_of", "2020-12-31"),)),
}

RASTERS: dict[LayerKind, Place] = {
    _L.LAND_COVER: Place("land_cover_2025.tif"),
    _L.LAND_COVER_BASELINE: Place("land_cover_2020.tif", None, (("as_of", "2020-12-31"),)),
    _L.POPULATION_GRID: Place("population_100m.tif"),
    _L.TERRAIN: Place("terrain.tif"),
    _L.NDVI: Place("ndvi.tif"),
}
