"""What kind of layer a file seems to hold: by official code, name, fields, land-use codes."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace

from layers.kinds import SPECS, LayerKind

_WORDS: dict[LayerKind, tuple[str, ...]] = {
    LayerKind.BOUNDARY: ("行政区范围", "市界", "市域", "boundary", "municipality"),
    LayerKind.DISTRICTS: ("区界", "行政区划", "街道", "districts", "district"),
    LayerKind.LAND: ("陆域", "land_area"),
    LayerKind.RED_LINE: ("生态保护红线", "生态红线", "red_line", "redline"),
    LayerKind.CONTROL_LINE: ("基本生态控制线", "control_line"),
    LayerKind.DEVELOPMENT_BOUNDARY: ("城镇开发边界", "development_boundary"),
    LayerKind.BASIC_FARMLAND: ("永久基本农田", "基本农田", "farmland"),
    LayerKind.LAND_USE: ("土地利用", "用地现状", "地类图斑", "land_use", "landuse"),
    LayerKind.SOURCE_ZONES: ("饮用水", "水源保护区", "水源地", "source_zone"),
    LayerKind.GREENWAYS: ("绿道", "greenway"),
    LayerKind.BIDAO: ("碧道", "bidao"),
    LayerKind.PARKS: ("公园", "绿地", "广场", "parks", "park"),
    LayerKind.PARK_ENTRANCES: ("公园出入口", "公园入口", "出入口", "entrance"),
    LayerKind.STREETS: ("路网", "道路", "街道中心线", "streets", "roads", "highway"),
    LayerKind.RESIDENTIAL: ("居住用地", "住宅用地", "residential"),
    LayerKind.BUILDINGS: ("建筑", "buildings", "building"),
    LayerKind.BUILT_UP: ("建成区", "built_up", "builtup"),
    LayerKind.DRAINAGE_UNITS: ("排水分区", "drainage"),
    LayerKind.STATIONS: ("轨道站点", "地铁站", "stations"),
    LayerKind.WATER: ("水域", "水体", "water"),
    LayerKind.RIVERS: ("河流", "rivers"),
    LayerKind.COASTLINE: ("海岸线", "coastline", "coast"),
    LayerKind.SHORELINES: ("河湖岸线", "shoreline"),
    LayerKind.FOREST: ("森林", "林地", "forest"),
    LayerKind.OUTFALLS: ("排污口", "outfall"),
    LayerKind.VENTILATION_CORRIDORS: ("通风廊道", "ventilation"),
    LayerKind.LAND_COVER: ("土地覆盖", "land_cover", "landcover"),
    LayerKind.POPULATION_GRID: ("人口格网", "population", "人口"),
    LayerKind.TERRAIN: ("地形", "高程", "dem", "dtm", "terrain"),
    LayerKind.NDVI: ("植被指数", "ndvi"),
}
BASELINES = {
    LayerKind.RED_LINE: LayerKind.RED_LINE_BASELINE,
    LayerKind.LAND_USE: LayerKind.LAND_USE_BASELINE,
    LayerKind.LAND_COVER: LayerKind.LAND_COVER_BASELINE,
}
_ADJUSTED = re.compile(r"(^|[^A-Z])TZ([^A-Z]|$)|调整", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(19[5-9]\d|20\d\d)(?!\d)")
_BY_CODES = {
    "07": LayerKind.RESIDENTIAL,
    "14": LayerKind.PARKS,
    "03": LayerKind.FOREST,
    "17": LayerKind.WATER,
}
_MOSTLY, _SEVERAL = 0.9, 5
_MOST_OWNERS = 2
_PLAIN = {
    "ID",
    "FID",
    "NAME",
    "TYPE",
    "LEVEL",
    "USE",
    "CODE",
    "SIDE",
    "TARGET",
    "LAYER",
    "MC",
    "MJ",
    "JB",
    "SD",
}
"""Names of columns that say nothing of what the layer is."""


@dataclass(frozen=True)
class Seen:
    """A layer as found in a folder."""

    path: str
    layer: str | None
    shape: str
    crs: str
    fields: tuple[str, ...] = ()
    features: int = 0
    codes: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The layer's name and the file's."""
        stem = self.path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        return (self.layer, stem) if self.layer else (stem,)


@dataclass(frozen=True)
class Guess:
    """What a layer seems to be, why, and how sure that is (0: official code, 3: fields)."""

    seen: Seen
    kind: LayerKind
    why: str
    rank: int


def guess_kind(seen: Seen) -> Guess | None:
    """Guess a layer's kind; None where nothing tells."""
    guess = _by_code(seen) or _by_word(seen) or _by_fields(seen) or _by_land_use(seen)
    return None if guess is None else _corrected(guess)


def year_of(seen: Seen) -> int | None:
    """Give the year in a layer's name.

    Examples
    --------
    >>> year_of(Seen("a/DLTB_2020.shp", None, "polygon", ""))
    2020
    """
    for name in seen.names:
        found = _YEAR.findall(name)
        if found:
            return int(found[-1])
    return None


def _fitting(seen: Seen) -> list[LayerKind]:
    """Give the kinds whose shape the layer has; "any" is any vector shape, never a raster."""
    kinds = []
    for kind, spec in SPECS.items():
        same = spec.shape == seen.shape
        if "raster" not in (spec.shape, seen.shape):
            same = same or "any" in (spec.shape, seen.shape)
        if same:
            kinds.append(kind)
    return kinds


def _by_code(seen: Seen) -> Guess | None:
    for kind in _fitting(seen):
        for name in seen.names:
            tokens = re.split(r"[^A-Z0-9]+", name.upper())
            for code in SPECS[kind].official_codes:
                if code in tokens or name.upper() == code:
                    return Guess(seen, kind, f"官方代码 / official code {code}", 0)
    return None


def _by_word(seen: Seen) -> Guess | None:
    best: tuple[int, LayerKind, str] | None = None
    for kind in _fitting(seen):
        for word in (*_WORDS.get(kind, ()), kind.value, SPECS[kind].title.zh):
            for name in seen.names:
                if word in name.lower() and (best is None or len(word.encode()) > best[0]):
                    best = (len(word.encode()), kind, word)
    return Guess(seen, best[1], f"名称含 / name has “{best[2]}”", 1) if best else None


def _by_fields(seen: Seen) -> Guess | None:
    """Guess by columns that few kinds have; two kinds that fit equally well say nothing."""
    owners = _owners(_fitting(seen))
    scores: Counter[LayerKind] = Counter()
    telling: dict[LayerKind, str] = {}
    for column in seen.fields:
        for kind in owners.get(column.upper(), ()):
            scores[kind] += 1
            telling.setdefault(kind, column)
    ranked = scores.most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):  # noqa: PLR2004 - a tie
        return None
    kind = ranked[0][0]
    return Guess(seen, kind, f"有字段 / has the field {telling[kind]}", 2)


def _owners(kinds: list[LayerKind]) -> dict[str, list[LayerKind]]:
    """Give the telling names of columns and which of the kinds have them."""
    owners: dict[str, list[LayerKind]] = {}
    for kind in kinds:
        names = {alias.upper() for field in SPECS[kind].fields for alias in field.aliases}
        for name in names - _PLAIN:
            owners.setdefault(name, []).append(kind)
    return {name: kinds for name, kinds in owners.items() if len(kinds) <= _MOST_OWNERS}


def _by_land_use(seen: Seen) -> Guess | None:
    if seen.shape != "polygon" or not seen.codes:
        return None
    groups = Counter(one[:2] for one in seen.codes)
    group, count = groups.most_common(1)[0]
    if group in _BY_CODES and count >= _MOSTLY * len(seen.codes):
        return Guess(seen, _BY_CODES[group], f"用地代码多为 / land-use codes are mostly {group}…", 3)
    if len(groups) >= _SEVERAL:
        return Guess(
            seen, LayerKind.LAND_USE, f"有 {len(groups)} 类用地代码 / {len(groups)} groups of codes", 3
        )
    return None


def _corrected(guess: Guess) -> Guess:
    """Tell adjustments from the line they adjust, and districts from the city's outline."""
    seen = guess.seen
    if guess.kind == LayerKind.CONTROL_LINE and any(map(_ADJUSTED.search, seen.names)):
        return replace(guess, kind=LayerKind.CONTROL_LINE_CHANGES, why=f"{guess.why}，调整 / adjustment")
    columns = {one.upper() for one in seen.fields}
    aliases = {
        field.name: {alias.upper() for alias in field.aliases} for field in SPECS[LayerKind.DISTRICTS].fields
    }
    if (
        guess.kind == LayerKind.BOUNDARY
        and seen.features > 1
        and columns & aliases["id"]
        and columns & aliases["name_zh"]
    ):
        why = f"{guess.why}，{seen.features} 个要素 / {seen.features} features"
        return replace(guess, kind=LayerKind.DISTRICTS, why=why)
    return guess
