"""The plans' tables of targets: read, checked, and told which part of this city each target means.

``data/targets`` holds one table per plan. Its column ``row`` counts promises, not numbers: a promise with
several numbers (5 primary and 6 secondary corridors) is one row with several targets, and so is a promise
that two documents repeat. Rows 1 to 38 are about space, 39 to 76 plain statistics, and 77 gathers what the
documents ask as "all": the site-dust rules. Words are read as Chinese law reads them: 以上, 以下, 以内,
不低于 and 不高于 include the number, 超过, 大于 and 低于 leave it out; a doubtful reading stands in the note.

Geographies of the shipped plans are a closed list, ``GEOGRAPHIES``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyses.tables import read_table, shipped
from analyses.target_row import known_indicators, split_indicator, target_of
from layers.errors import ConfigError
from layers.near_names import nearest
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from analyses.quantities import Beside, Measure, Quantity
    from analyses.target import Target

WHOLE_CITY = "*"
COLUMNS = ("id", "indicator", "title_zh", "title_en", "comparison", "value", "unit", "year", "geography")
"""Columns a table of targets must have; ``binding``, ``clause``, ``source``, ``theme``, ``spatial``,
``quote``, ``note_zh``, ``note_en`` and ``row`` may stay away."""

GEOGRAPHIES: dict[str, Text] = {
    "shenzhen": Text("深圳市", "Shenzhen"),
    "shenzhen-key-areas": Text("深圳市重点区域", "the key areas of Shenzhen"),
    "longgang": Text("龙岗区", "Longgang District"),
    "guangdong": Text("广东省", "Guangdong Province"),
    "prd": Text("珠三角", "the Pearl River Delta"),
    "gba": Text("粤港澳大湾区", "the Greater Bay Area"),
}
THEMES: dict[str, Text] = {
    "red_line": Text("生态保护红线", "Ecological red line"),
    "source_zones": Text("饮用水源", "Drinking-water sources"),
    "greenways": Text("绿道碧道", "Greenways and bidao"),
    "parks": Text("公园", "Parks"),
    "sponge": Text("海绵城市", "Sponge city"),
    "structure": Text("空间格局", "Spatial structure"),
    "biodiversity": Text("生态与生物多样性", "Ecology and biodiversity"),
    "air": Text("大气", "Air"),
    "water": Text("水", "Water"),
    "soil": Text("土壤", "Soil"),
    "noise": Text("噪声", "Noise"),
    "waste": Text("固体废物", "Waste"),
    "transport": Text("绿色交通", "Green transport"),
    "low_carbon": Text("低碳与绿色建筑", "Low carbon and green building"),
    "health": Text("环境健康与公众", "Health and the public"),
}


@dataclass(frozen=True)
class Scope:
    """Which part of this city a target's geography means.

    ``here`` is False where it means no part of it; ``reason`` then says what judging it would need.
    ``district`` is None for the whole city.
    """

    here: bool
    district: str | None = None
    reason: Text | None = None


def plan_names() -> tuple[str, ...]:
    """Give the ids of the shipped plans.

    Examples
    --------
    >>> plan_names()
    ('gba-beautiful-china-pilot', 'longgang-eco-14th-fyp', 'shenzhen-beautiful-china-2020-2025',
     'shenzhen-eeqi-2021')
    """
    return tuple(sorted(row.cells["plan"] for row in shipped("plans.csv")))


def plan_title(plan: str) -> Text:
    """Give a shipped plan's title, or the id itself for a plan of the user's own."""
    for row in shipped("plans.csv"):
        if row.cells["plan"] == plan:
            return Text(row.cells["title_zh"], row.cells["title_en"])
    return Text(plan, plan)


def load_plans(names: Iterable[str], base: Path) -> tuple[Target, ...]:
    """Read several plans, and refuse an id that two of them use.

    Raises
    ------
    ConfigError
        As ``load_plan``; all plans' faults together.
    """
    faults: list[Text] = []
    found: dict[str, Target] = {}
    for name in dict.fromkeys(names):
        try:
            targets = load_plan(name, base)
        except ConfigError as error:
            faults.append(error.message)
            continue
        for target in targets:
            if target.id in found:
                first = found[target.id].plan
                faults.append(
                    Text(
                        f"目标编号 {target.id} 在 {first} 和 {target.plan} 中都有",
                        f"target id {target.id} stands both in {first} and in {target.plan}",
                    )
                )
            found.setdefault(target.id, target)
    _refuse(faults)
    return tuple(found.values())


def load_plan(name_or_path: str, base: Path) -> tuple[Target, ...]:
    """Read one plan: a shipped one by its name, or a CSV of the user's own.

    Parameters
    ----------
    name_or_path
        A name from ``plan_names``, or a path ending in ``.csv``.
    base
        Folder a relative path starts from.

    Returns
    -------
    The targets in the table's order.

    Raises
    ------
    ConfigError
        Naming every fault of the file with its line: unknown indicator (with the nearest known one), bad
        comparison, number, unit, year or binding, a value where none belongs, an id used twice.
    """
    if name_or_path in plan_names():
        plan, file = name_or_path, f"{name_or_path}.csv"
        rows = shipped("targets", file)
    elif name_or_path.lower().endswith(".csv"):
        path = base / name_or_path
        plan, file = path.stem, path.name
        rows = read_table(path, COLUMNS)
    else:
        near = nearest(name_or_path, plan_names())
        raise ConfigError(
            Text(
                f"没有名为 {name_or_path} 的规划{near.zh}；自备目标表请写 .csv 文件路径",
                f"no plan is named {name_or_path}{near.en}; for a table of your own give its .csv file",
            )
        )
    faults: list[Text] = []
    lines: dict[str, int] = {}
    targets: list[Target] = []
    known = known_indicators()
    for row in rows:
        target, wrong = target_of(row, plan, known)
        if target.id and lines.setdefault(target.id, row.line) != row.line:
            wrong.append(
                Text(
                    f"编号 {target.id} 已在第 {lines[target.id]} 行用过",
                    f"id {target.id} stands in line {lines[target.id]} already",
                )
            )
        faults += [
            Text(f"{file} 第 {row.line} 行：{one.zh}", f"{file} line {row.line}: {one.en}") for one in wrong
        ]
        targets.append(target)
    _refuse(faults)
    return tuple(targets)


def quantity_of(measure: Measure, reference: str, district: str | None) -> Quantity | None:
    """Give the number a target means: the main one or the one beside it, of the city or of a district."""
    _, part = split_indicator(reference)
    if part is None:
        return measure.city if district is None else measure.by_district.get(district)
    beside = beside_of(measure, part)
    if beside is None:
        return None
    return beside.quantity if district is None else beside.by_district.get(district)


def beside_of(measure: Measure, part: str) -> Beside | None:
    """Give what stands beside a measure under an id."""
    return next((one for one in measure.beside if one.id == part), None)


def scope_of(
    geography: str, city: str, places: Mapping[str, str], districts: Collection[str] | None = None
) -> Scope:
    """Say which part of this city a target's geography means.

    Parameters
    ----------
    geography
        As the target has it; the id of a district means that district unless ``places`` says otherwise.
    city
        The city's id; a geography equal to it means the whole city unless ``places`` says otherwise.
    places
        ``[targets].geography`` of city.toml: geography to ``"*"`` or a district id.
    districts
        Ids of the districts, or None where they are not to be checked.

    Raises
    ------
    ConfigError
        Where ``places`` names a district that is not there.

    Examples
    --------
    >>> scope_of("shenzhen", "demo", {"shenzhen": "*"}), scope_of("longgang", "demo", {"longgang": "D4"})
    (Scope(here=True, district=None, reason=None), Scope(here=True, district='D4', reason=None))
    >>> scope_of("D4", "demo", {}, ["D3", "D4"])
    Scope(here=True, district='D4', reason=None)
    >>> scope_of("gba", "demo", {}).here
    False
    """
    known = geography in (districts or ())
    place = places.get(geography, WHOLE_CITY if geography == city else geography if known else None)
    if place == WHOLE_CITY:
        return Scope(here=True)
    if place is None:
        return Scope(here=False, reason=_elsewhere(geography))
    if districts is not None and place not in districts:
        near = nearest(place, districts)
        raise ConfigError(
            Text(
                f"[targets].geography 把 {geography} 指向分区 {place}，但分区图层中没有它{near.zh}",
                f"[targets].geography sends {geography} to district {place}, which is not among the districts"
                f"{near.en}",
            )
        )
    return Scope(here=True, district=place)


def targets_for(
    targets: Sequence[Target], city: str, places: Mapping[str, str], districts: Collection[str] | None = None
) -> tuple[tuple[Target, Scope], ...]:
    """Pair every target with the part of this city it means, in the targets' order.

    Raises
    ------
    ConfigError
        As ``scope_of``.
    """
    return tuple((target, scope_of(target.geography, city, places, districts)) for target in targets)


def _elsewhere(geography: str) -> Text:
    name = GEOGRAPHIES.get(geography, Text(geography, geography))
    return Text(
        f"目标针对{name.zh}（{geography}），不是本研究的城市或分区：需要{name.zh}的范围与数据，"
        f"或在申报值表中给出 geography 为 {geography} 的值；"
        f"若它就是本市的一部分，请在 city.toml 的 [targets].geography 中指明",
        f"the target binds {name.en} ({geography}), which is neither this city nor a district of it: it "
        f"needs the extent and data of {name.en}, or a declared value with geography {geography}; "
        "where it is a part of this city, say so under [targets].geography in city.toml",
    )


def _refuse(faults: Sequence[Text]) -> None:
    if faults:
        raise ConfigError(
            Text("\n".join(fault.zh for fault in faults), "\n".join(fault.en for fault in faults))
        )
