"""Capture ratio of annual rainfall and design rainfall: from a table, or from daily rain of thirty years.

``alpha(H) = sum(min(P_i, H)) / sum(P_i)`` over the days with more than 2 mm of rain (volume method of the
national sponge-city guide). It is not the rank frequency m/(n+1), which is another quantity.
"""

from __future__ import annotations

import bisect
import datetime as dt
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analyses.indicator import NotMeasurableError, Parameter
from analyses.tables import parsed_number, read_table, rows_of, shipped
from layers.errors import ConfigError
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from analyses.tables import Row
    from layers.study import Study

LEAST_YEARS = 30
SMALLEST_EVENT_MM = 2.0
"""Days with no more rain than this produce no runoff and are left out."""
SHENZHEN = "shenzhen"

RAIN = Parameter(
    "sponge_rain",
    SHENZHEN,
    Text(
        "设计降雨：shenzhen，或 CSV（列 capture_ratio、depth_mm；或列 date、rain_mm，三十年以上逐日降雨）",
        "design rainfall: shenzhen, or a CSV with columns capture_ratio, depth_mm, or with date, rain_mm for "
        "thirty years or more",
    ),
    source="Shenzhen table: 50-85 % = 16.9, 23.1, 31.3, 36.4, 43.3, 52.2 mm",
    doubt=Text(
        "深圳表取自第三方脚本，未见官方原文；其他城市须用自己的表或降雨资料",
        "the Shenzhen table comes from a third-party script, its official print was not seen; another city "
        "must bring its own table or rain",
    ),
)


@dataclass(frozen=True)
class RainCurve:
    """How much of the annual rain is captured with a design rainfall: rising knots, straight between them."""

    depths: tuple[float, ...]
    ratios: tuple[float, ...]
    source: str


def curve_of_table(pairs: Iterable[tuple[float, float]], source: str = "") -> RainCurve:
    """Make a curve from (ratio, depth in mm) pairs.

    Raises
    ------
    ValueError
        Where there are fewer than two pairs, or they do not rise together within 0..1.

    Examples
    --------
    >>> curve = curve_of_table([(0.5, 16.9), (0.6, 23.1), (0.7, 31.3)])
    >>> design_depth(curve, 0.7), round(design_depth(curve, 0.55), 9), design_depth(curve, 0.8)
    (31.3, 20.0, None)
    """
    ordered = sorted(pairs)
    rising = all(a[0] < b[0] and a[1] < b[1] for a, b in itertools.pairwise(ordered))
    if len(ordered) < 2 or not rising or ordered[0][0] < 0 or ordered[-1][0] > 1 or ordered[0][1] < 0:  # noqa: PLR2004 - two make a line
        raise ValueError("a rain table needs two or more pairs that rise together, ratios within 0 to 1")
    return RainCurve(tuple(d for _, d in ordered), tuple(r for r, _ in ordered), source)


def curve_of_days(rain_mm: Sequence[float], source: str = "") -> RainCurve:
    """Make the exact curve of a daily series: ``alpha(H) = sum(min(P, H))/sum(P)`` over days above 2 mm.

    The curve is straight between the depths that occur, so its knots say all of it.

    Raises
    ------
    ValueError
        Where a day is negative or not finite, or no day has more than 2 mm.

    Examples
    --------
    >>> curve = curve_of_days([10, 20, 0, 1.5, 30])
    >>> capture_ratio(curve, 10), round(capture_ratio(curve, 15), 6), capture_ratio(curve, 30)
    (0.5, 0.666667, 1.0)
    """
    days = np.asarray(rain_mm, dtype=float)
    if not np.isfinite(days).all() or (days < 0).any():
        raise ValueError("daily rain must be finite and not negative")
    wet = np.sort(days[days > SMALLEST_EVENT_MM])
    if not len(wet):
        raise ValueError("no day has more than 2 mm of rain")
    depth, last = np.unique(wet[::-1], return_index=True)
    up_to = len(wet) - last
    captured = np.cumsum(wet)[up_to - 1] + depth * (len(wet) - up_to)
    ratios = captured / wet.sum()
    return RainCurve((0.0, *depth.tolist()), (0.0, *np.minimum(ratios, 1.0).tolist()), source)


def capture_ratio(curve: RainCurve, depth_mm: float) -> float | None:
    """Give the capture ratio of a design rainfall, or None outside the curve: nothing is extrapolated."""
    return _between(curve.depths, curve.ratios, depth_mm)


def design_depth(curve: RainCurve, ratio: float) -> float | None:
    """Give the design rainfall (mm) of a capture ratio, or None outside the curve."""
    return _between(curve.ratios, curve.depths, ratio)


def capture_bounds(curve: RainCurve, depth_mm: float) -> tuple[float, float]:
    """Give the least and the greatest capture ratio a depth can have; equal within the curve.

    Below the curve the ratio lies between the chord to the origin (the true curve is concave) and the first
    knot, above it between the last knot and 1.

    Examples
    --------
    >>> curve = curve_of_table([(0.5, 16.0), (0.6, 23.0)])
    >>> capture_bounds(curve, 8.0), capture_bounds(curve, 16.0), capture_bounds(curve, 60.0)
    ((0.25, 0.5), (0.5, 0.5), (0.6, 1.0))
    >>> capture_bounds(curve, 0.0)
    (0.0, 0.0)
    """
    inside = capture_ratio(curve, depth_mm)
    if inside is not None:
        return inside, inside
    if depth_mm <= 0:
        return 0.0, 0.0
    if depth_mm < curve.depths[0]:
        return curve.ratios[0] * depth_mm / curve.depths[0], curve.ratios[0]
    return curve.ratios[-1], 1.0


def _between(xs: Sequence[float], ys: Sequence[float], x: float) -> float | None:
    """Interpolate linearly; a knot gives its own value exactly."""
    if not xs[0] <= x <= xs[-1]:
        return None
    at = bisect.bisect_left(xs, x)
    if xs[at] == x:
        return ys[at]
    share = (x - xs[at - 1]) / (xs[at] - xs[at - 1])
    return ys[at - 1] + share * (ys[at] - ys[at - 1])


def rain_of(study: Study) -> RainCurve:
    """Read the curve the study's parameters name.

    Raises
    ------
    NotMeasurableError
        Where the file cannot be read or is neither such a table nor such a series.
    """
    name = str(RAIN.of(study))
    if name == SHENZHEN:
        return _curve(shipped("rain_depth_shenzhen.csv"), name)
    base = study.config_path.parent if study.config_path else None
    if base is None:
        raise _refused(name, Text("没有 city.toml，无法找到该文件", "there is no city.toml to start from"))
    try:
        return _curve(read_table(base / name), name)
    except ConfigError as error:
        raise NotMeasurableError(error.message) from error


def read_rain(text: str, name: str) -> RainCurve:
    """Read a curve from the text of a CSV, as ``sponge_rain`` describes it.

    Raises
    ------
    NotMeasurableError
        As ``rain_of``.
    """
    return _curve(rows_of(text, name), name)


def _curve(rows: list[Row], name: str) -> RainCurve:
    columns = set(rows[0].cells) if rows else set()
    if {"capture_ratio", "depth_mm"} <= columns:
        pairs = [(_cell(row, "capture_ratio", name), _cell(row, "depth_mm", name)) for row in rows]
        try:
            return curve_of_table(pairs, name)
        except ValueError:
            said = Text(
                "控制率应在 0–1 之间，且与降雨量同升，至少两行",
                "ratios must lie within 0 to 1 and rise with the depths, in two rows or more",
            )
            raise _refused(name, said) from None
    if {"date", "rain_mm"} <= columns:
        return _curve_of_series(rows, name)
    raise _refused(
        name,
        Text(
            "应有列 capture_ratio、depth_mm，或列 date、rain_mm",
            "it needs the columns capture_ratio, depth_mm, or date, rain_mm",
        ),
    )


def _curve_of_series(rows: list[Row], name: str) -> RainCurve:
    """Make the curve of a daily series; days not listed count as dry."""
    days: dict[dt.date, float] = {}
    for row in rows:
        day = _day(row.cells["date"])
        if day is None or day in days:
            said = Text("日期读不出或重复", "the date cannot be read or is there twice")
            raise _refused(name, Text(f"第 {row.line} 行{said.zh}", f"line {row.line}: {said.en}"))
        rain = _cell(row, "rain_mm", name)
        if rain < 0:
            raise _refused(name, Text(f"第 {row.line} 行降雨为负", f"line {row.line}: the rain is negative"))
        days[day] = rain
    years = len({day.year for day in days})
    if years < LEAST_YEARS:
        raise _refused(
            name,
            Text(
                f"只有 {years} 年逐日降雨，至少需要 {LEAST_YEARS} 年",
                f"it has {years} years of daily rain; {LEAST_YEARS} are needed",
            ),
        )
    try:
        return curve_of_days([days[day] for day in sorted(days)], name)
    except ValueError:
        said = Text("没有一天降雨超过 2 mm", "no day has more than 2 mm of rain")
        raise _refused(name, said) from None


def _day(said: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(said)
    except ValueError:
        return None


def _cell(row: Row, column: str, name: str) -> float:
    number = parsed_number(row.cells[column])
    if number is None:
        raise _refused(
            name,
            Text(
                f"第 {row.line} 行 {column} “{row.cells[column]}”不是数",
                f"line {row.line}: {column} {row.cells[column]!r} is no number",
            ),
        )
    return number


def _refused(name: str, said: Text) -> NotMeasurableError:
    return NotMeasurableError(
        Text(f"参数 sponge_rain（{name}）：{said.zh}", f"parameter sponge_rain ({name}): {said.en}")
    )
