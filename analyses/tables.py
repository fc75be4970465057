"""Tables in CSV: those shipped under ``data/`` and those a user brings."""

from __future__ import annotations

import csv
import io
import math
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

from layers.errors import ConfigError
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MAX_TABLE_BYTES = 64_000_000
"""Largest table of a user that is read; a plan has a hundred rows, a daily rain series ten thousand."""


class Row(NamedTuple):
    """One row: its line in the file (the header is line 1) and its stripped cells by column name."""

    line: int
    cells: dict[str, str]


def parsed_number(said: str) -> float | None:
    """Read a finite number, or None where the text is none."""
    try:
        number = float(said)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def shipped(*parts: str) -> list[Row]:
    """Read a table of the ``data`` package.

    Examples
    --------
    >>> [row.cells["depth_mm"] for row in shipped("rain_depth_shenzhen.csv")][:2]
    ['16.9', '23.1']
    """
    text = resources.files("data").joinpath(*parts).read_text(encoding="utf-8")
    return rows_of(text, parts[-1])


def read_table(path: Path, required: Sequence[str] = ()) -> list[Row]:
    """Read a user's CSV: UTF-8 (a byte-order mark may stand first) or, as spreadsheets save it, GB 18030.

    Raises
    ------
    ConfigError
        Where the file cannot be read, is no text, has no header, or lacks a required column.
    """
    try:
        if path.stat().st_size > MAX_TABLE_BYTES:
            raise ConfigError(
                Text(
                    f"表格 {path.name} 太大（上限 {MAX_TABLE_BYTES:,} 字节）",
                    f"table {path.name} is too large (at most {MAX_TABLE_BYTES:,} bytes)",
                )
            )
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(
            Text(f"读不了表格 {path}：{error.strerror}", f"table {path} cannot be read: {error.strerror}")
        ) from error
    return rows_of(_decoded(content, path.name), path.name, required)


def _decoded(content: bytes, name: str) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ConfigError(
        Text(
            f"表格 {name} 既不是 UTF-8 也不是 GB 18030 文本；请另存为 UTF-8 的 CSV",
            f"table {name} is neither UTF-8 nor GB 18030 text; save it as CSV in UTF-8",
        )
    )


def rows_of(text: str, name: str, required: Sequence[str] = ()) -> list[Row]:
    r"""Split CSV text into rows; empty lines are passed over, missing cells are empty.

    Raises
    ------
    ConfigError
        Where the header is missing, lacks a required column or names one twice, a row has more cells than
        the header, or the text is no CSV.

    Examples
    --------
    >>> rows_of("id,value\npm25, 18 \n", "x.csv")
    [Row(line=2, cells={'id': 'pm25', 'value': '18'})]
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row] = []
    header: list[str] | None = None
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if header is None:
                header = _header(cells, name, required)
                continue
            rows.append(_row(reader.line_num, cells, header, name))
    except csv.Error as error:
        raise ConfigError(
            Text(
                f"表格 {name} 第 {reader.line_num} 行不是正确的 CSV：{error}",
                f"table {name} line {reader.line_num} is no proper CSV: {error}",
            )
        ) from error
    if header is None:
        raise ConfigError(Text(f"表格 {name} 是空的", f"table {name} is empty"))
    return rows


def _header(cells: Sequence[str], name: str, required: Sequence[str]) -> list[str]:
    header = [cell.strip().lower() for cell in cells]
    missing = [column for column in required if column not in header]
    twice = sorted({column for column in header if column and header.count(column) > 1})
    if missing or twice:
        zh = [f"缺少列 {', '.join(missing)}"] * bool(missing) + [f"列名重复 {', '.join(twice)}"] * bool(twice)
        en = [f"lacks the columns {', '.join(missing)}"] * bool(missing)
        en += [f"names a column twice: {', '.join(twice)}"] * bool(twice)
        raise ConfigError(Text(f"表格 {name} {'；'.join(zh)}", f"table {name} {'; '.join(en)}"))
    return header


def _row(line: int, cells: Sequence[str], header: Sequence[str], name: str) -> Row:
    if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
        raise ConfigError(
            Text(
                f"表格 {name} 第 {line} 行有 {len(cells)} 格，表头有 {len(header)} 列；含逗号的文字请加引号",
                f"table {name} line {line} has {len(cells)} cells under {len(header)} columns; "
                "put text with commas in quotes",
            )
        )
    padded = [*cells, *[""] * (len(header) - len(cells))]
    return Row(line, {column: cell.strip() for column, cell in zip(header, padded, strict=False) if column})
