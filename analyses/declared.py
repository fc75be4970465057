"""Declared values: what a city measured or was told, for targets that no geometry can give.

A table ``indicator, geography, year, value, unit, source`` brings them. They are shown as declared and never
mixed with computed numbers: an indicator that has a module of its own takes no declared value.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from analyses.judge import judge
from analyses.quantities import Quantity, Unit
from analyses.report import Result, Status
from analyses.tables import parsed_number, read_table, shipped
from layers.catalogue import finding
from layers.near_names import nearest
from layers.text import Text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from analyses.tables import Row
    from analyses.target import Target
    from analyses.targets import Scope
    from layers.findings import Finding

COLUMNS = ("indicator", "geography", "year", "value", "unit", "source")
EARLIEST_YEAR = 1949
LATEST_YEAR = 2200
_EVERYWHERE = "*"
PER_CENT = "%"
"""Unit a declared ratio may also come in; it is divided by 100 when read."""


@dataclass(frozen=True)
class DeclaredIndicator:
    """An indicator that lives from declared values: its name, unit and the range a value may lie in."""

    id: str
    title: Text
    unit: Unit
    minimum: float
    maximum: float


@dataclass(frozen=True)
class DeclaredValue:
    """One declared value, in its indicator's unit; ``line`` is its line in the table."""

    indicator: str
    geography: str
    year: int
    value: float
    source: str
    line: int = 0


@dataclass(frozen=True)
class DeclaredTable:
    """The declared values of a city that can be used, what was wrong with the rest, and the file's name."""

    values: tuple[DeclaredValue, ...] = ()
    findings: tuple[Finding, ...] = ()
    file: str = ""


def latest(
    values: Iterable[DeclaredValue], indicator: str, geography: str, year: int | None = None
) -> DeclaredValue | None:
    """Give the newest value not later than a year; where all are later, the earliest of them.

    Examples
    --------
    >>> table = [DeclaredValue("pm25", "demo", 2023, 21.0, ""), DeclaredValue("pm25", "demo", 2025, 19.0, "")]
    >>> latest(table, "pm25", "demo", 2024).value, latest(table, "pm25", "demo", 2020).value
    (21.0, 21.0)
    >>> latest(table, "pm25", "demo").value
    19.0
    """
    of_year = {one.year: one for one in values if (one.indicator, one.geography) == (indicator, geography)}
    if not of_year:
        return None
    soon = [one for one in of_year if year is None or one <= year]
    return of_year[max(soon) if soon else min(of_year)]


def of_city(
    values: Iterable[DeclaredValue], city: str, places: Mapping[str, str]
) -> dict[tuple[str, int], float]:
    """Give the values of the whole city by (indicator, year), for ``Study.declared``.

    ``places`` is ``[targets].geography`` of city.toml: a geography sent to ``"*"`` means the whole city. A
    value under the city's own id goes before theirs, then the order of the names decides.
    """
    rank = {name: number for number, name in enumerate(reversed(_whole_city(city, places)))}
    whole = sorted((one for one in values if one.geography in rank), key=lambda one: rank[one.geography])
    found = {(one.indicator, one.year): one.value for one in whole}
    return dict(sorted(found.items()))


def _whole_city(city: str, places: Mapping[str, str]) -> list[str]:
    """Give the geographies that mean the whole city, those that count first."""
    own = [city] if places.get(city, _EVERYWHERE) == _EVERYWHERE else []
    return [*own, *sorted(name for name, place in places.items() if place == _EVERYWHERE and name != city)]


def unused_values(
    table: DeclaredTable, city: str, places: Mapping[str, str], targets: Iterable[Target]
) -> tuple[Finding, ...]:
    """Warn of values nothing asks for: not of the whole city, and of no target's indicator and geography.

    Indices live from values of the whole city alone, targets from those of the geography they name.

    Parameters
    ----------
    table
        What was declared.
    city
        The city's id.
    places
        ``[targets].geography`` of city.toml.
    targets
        Rows of the plans that were asked for.
    """
    whole = _whole_city(city, places)
    asked: dict[str, set[str]] = {}
    for one in targets:
        asked.setdefault(one.indicator, set()).add(one.geography)
    found = []
    for value in table.values:
        own = asked.get(value.indicator, set())
        if value.geography in whole or value.geography in own:
            continue
        names = list(dict.fromkeys((*whole, *sorted(own)))) or [city]
        said = Text(
            f"{value.indicator}（{value.year} 年）的 geography “{value.geography}”没有指标或目标采用，"
            f"该值未采用；geography 请写 {'、'.join(names)}",
            f"nothing asks for {value.indicator} ({value.year}) with geography {value.geography!r}, so it is "
            f"not used; write {' or '.join(names)} as its geography",
        )
        found.append(_finding("declared.unused", said, table.file, value.line))
    return tuple(found)


def declared_results(
    targets: Iterable[tuple[Target, Scope]], values: Sequence[DeclaredValue]
) -> list[Result]:
    """Hold declared values against the targets no indicator measures.

    A value counts for the geography the target names, be that this city or the region around it. Every
    target gets a result: judged; NO_DATA where it binds this city and no value is declared; NO_TARGET with
    what judging would need where it binds another place.
    """
    known = declared_indicators()
    return [_result(target, scope, values, known.get(target.indicator)) for target, scope in targets]


def _result(
    target: Target, scope: Scope, values: Sequence[DeclaredValue], indicator: DeclaredIndicator | None
) -> Result:
    base = target.indicator.partition(".")[0]
    value = latest(values, target.indicator, target.geography, target.year) if indicator else None
    if indicator is not None and value is not None:
        verdict = judge(value.value, target)
        said = Text(
            f"{value.year} 年申报值，来源：{value.source or '未注明'}",
            f"declared for {value.year}, source: {value.source or 'not given'}",
        )
        return Result(
            base,
            target.title,
            scope.district,
            Quantity(value.value, None, indicator.unit),
            verdict.status,
            Text(f"{verdict.reason.zh}（{said.zh}）", f"{verdict.reason.en} ({said.en})"),
            target,
            verdict.gap,
            declared=True,
        )
    if target.comparison == "track":
        return Result(base, target.title, scope.district, None, *_untested(target))
    if not scope.here:
        return Result(base, target.title, None, None, Status.NO_TARGET, scope.reason or _ELSEWHERE, target)
    why = _UNMEASURED if indicator is None else _undeclared(target)
    return Result(base, target.title, scope.district, None, Status.NO_DATA, why, target)


def _untested(target: Target) -> tuple[Status, Text, Target]:
    verdict = judge(None, target)
    return verdict.status, verdict.reason, target


_ELSEWHERE = Text("目标不针对本市", "the target binds another place")
_UNMEASURED = Text("本版本没有计算此指标的模块", "this version has no module that measures the indicator")


def _undeclared(target: Target) -> Text:
    return Text(
        f"无法由空间数据得出；请在 [targets].declared 的表中申报 {target.indicator}（{target.geography}）",
        f"no geometry gives it: declare {target.indicator} for {target.geography} in the table named under "
        "[targets].declared",
    )


def declared_indicators() -> dict[str, DeclaredIndicator]:
    """Read the list of indicators that declared values may be given for, by id.

    Examples
    --------
    >>> declared_indicators()["pm25"].unit
    <Unit.UG_PER_M3: 'ug/m3'>
    """
    found = {}
    for row in shipped("declared_indicators.csv"):
        cells = row.cells
        found[cells["id"]] = DeclaredIndicator(
            cells["id"],
            Text(cells["title_zh"], cells["title_en"]),
            Unit(cells["unit"]),
            float(cells["minimum"]),
            float(cells["maximum"]),
        )
    return found


def load_declared(path: Path, as_of: dt.date | None = None) -> DeclaredTable:
    """Read a table of declared values.

    Parameters
    ----------
    path
        CSV with the columns ``indicator, geography, year, value, unit, source``.
    as_of
        Date the city's data stands for; a later year is a finding.

    Returns
    -------
    The values that can be used and a finding for each that cannot: unknown indicator, another unit, a value
    out of range or no number, a year that is none, a second value for the same place and year. A value
    without a source is used and noted.

    Raises
    ------
    ConfigError
        Where the file cannot be read as such a table at all.
    """
    known = declared_indicators()
    values: dict[tuple[str, str, int], DeclaredValue] = {}
    findings: list[Finding] = []
    for row in read_table(path, COLUMNS):
        outcome = _value(row, known, as_of)
        if isinstance(outcome, tuple):
            findings.append(_finding(*outcome, path.name, row.line))
            continue
        key = (outcome.indicator, outcome.geography, outcome.year)
        if key in values:
            first = values[key].line
            said = Text(
                f"{key[0]}、{key[1]}、{key[2]} 年的值已在第 {first} 行给出，本行未采用",
                f"line {first} already gives {key[0]} for {key[1]} in {key[2]}; this line is left out",
            )
            findings.append(_finding("declared.duplicate", said, path.name, row.line))
            continue
        values[key] = outcome
        if not outcome.source:
            said = Text("没有写来源", "no source is given")
            findings.append(_finding("declared.source", said, path.name, row.line))
    return DeclaredTable(tuple(values.values()), tuple(findings), path.name)


def _finding(code: str, said: Text, file: str, line: int) -> Finding:
    message = Text(f"{file} 第 {line} 行：{said.zh}", f"{file} line {line}: {said.en}")
    return finding(code, message)


def _value(
    row: Row, known: Mapping[str, DeclaredIndicator], as_of: dt.date | None
) -> DeclaredValue | tuple[str, Text]:
    """Turn a row into a value, or into the code of its first fault and what is wrong."""
    cells = row.cells
    indicator = known.get(cells["indicator"])
    if indicator is None:
        return "declared.unknown_indicator", _unknown(cells["indicator"], known)
    if not cells["geography"]:
        return "declared.geography", Text("没有写 geography", "geography is empty")
    year = _year(cells["year"], as_of)
    if isinstance(year, Text):
        return "declared.year", year
    number = _checked(cells, indicator)
    if isinstance(number, tuple):
        return number
    return DeclaredValue(indicator.id, cells["geography"], year, number, cells["source"], row.line)


def _checked(cells: Mapping[str, str], indicator: DeclaredIndicator) -> float | tuple[str, Text]:
    """Give the number in the indicator's unit, or the code of its fault and what is wrong."""
    said, unit = cells["value"], cells["unit"]
    number = parsed_number(said)
    if number is None:
        return "declared.number", Text(f"value “{said}”不是数", f"value {said!r} is no number")
    if unit == PER_CENT and indicator.unit is Unit.RATIO:
        number = float(Decimal(repr(number)) / 100)
    elif unit != indicator.unit:
        return "declared.unit", Text(
            f"{indicator.id} 的单位应为 {indicator.unit}，这里写的是“{unit}”，该值未采用",
            f"{indicator.id} is in {indicator.unit}, not in {unit!r}; the value is left out",
        )
    if not indicator.minimum <= number <= indicator.maximum:
        return "declared.range", Text(
            f"{indicator.id} 的值 {number:g} 超出 {indicator.minimum:g}–{indicator.maximum:g}，未采用",
            f"{indicator.id} is {number:g}, outside {indicator.minimum:g} to {indicator.maximum:g}; left out",
        )
    return number


def _year(said: str, as_of: dt.date | None) -> int | Text:
    if not (said.isascii() and said.isdigit() and EARLIEST_YEAR <= int(said[:9]) <= LATEST_YEAR):
        return Text(
            f"year “{said}”不是 {EARLIEST_YEAR}–{LATEST_YEAR} 的年份",
            f"year {said!r} is no year from {EARLIEST_YEAR} to {LATEST_YEAR}",
        )
    if as_of is not None and int(said) > as_of.year:
        return Text(
            f"年份 {said} 晚于数据日期 {as_of.isoformat()}",
            f"year {said} is later than the date of the data, {as_of.isoformat()}",
        )
    return int(said)


def _unknown(name: str, known: Mapping[str, DeclaredIndicator]) -> Text:
    hint = nearest(name, known)
    return Text(f"没有可申报的指标“{name}”{hint.zh}", f"no declared indicator is named {name!r}{hint.en}")
