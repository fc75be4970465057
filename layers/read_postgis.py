"""PostGIS tables, read inside the database's own window; the password never comes from ``city.toml``.

The driver (libpq) takes it from ``PGPASSWORD`` or ``~/.pgpass``. Names are quoted identifiers, values are
parameters, and the session is read-only.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import psycopg
import shapely
from psycopg import sql
from pyproj import CRS
from pyproj.exceptions import CRSError

from layers.database_address import shown_address
from layers.errors import DataError
from layers.fields import match_fields
from layers.raw import Raw, window
from layers.study import Source
from layers.text import Text

if TYPE_CHECKING:
    from layers.config import LayerSection
    from layers.kinds import LayerSpec
    from layers.raw import Bounds

_WAIT_S = 15
_QUERY_MS = 600_000
MAX_ROWS = 20_000_000
_FIND = """
SELECT f_table_schema, f_table_name, f_geometry_column, srid FROM geometry_columns
WHERE f_table_schema || '.' || f_table_name = %(name)s
   OR (f_table_name = %(name)s AND f_table_schema = ANY (current_schemas(false)))
ORDER BY 1, 2, 3
"""
_COLUMNS = """
SELECT attname FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""


@dataclass(frozen=True)
class _Table:
    """A table or view with shapes, as the database knows it."""

    schema: str
    name: str
    shape: str
    srid: int

    @property
    def quoted(self) -> sql.Identifier:
        return sql.Identifier(self.schema, self.name)


def read_postgis(section: LayerSection, spec: LayerSpec, near: Bounds | None) -> Raw:
    """Read a table's needed columns and shapes, inside the bounds of interest.

    Raises
    ------
    DataError
        No connection, no such table or column, or too many rows.
    """
    if section.layer is None:
        raise _refuse(section, "请用 layer 指明表名（模式.表）", "name the table (schema.table) with layer")
    try:
        with psycopg.connect(section.path, connect_timeout=_WAIT_S, application_name="shanhai") as connection:
            connection.read_only = True
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            return _read(connection, section, spec, near)
    except psycopg.Error as error:
        said = _safe(str(error))
        raise _refuse(section, f"数据库读不了（{said}）", f"the database cannot be read ({said})") from None


def _safe(message: str) -> str:
    """Make one line of the driver's message, without what looks like a password."""
    return re.sub(r"(?i)password=\S+", "password=***", " ".join(message.split()))[:200]


def _refuse(section: LayerSection, zh: str, en: str) -> DataError:
    name = f"{shown_address(section.path)} {section.layer or ''}".strip()
    return DataError(Text(f"{name}：{zh}", f"{name}: {en}"))


def _read(
    connection: psycopg.Connection[Any], section: LayerSection, spec: LayerSpec, near: Bounds | None
) -> Raw:
    connection.execute(sql.SQL("SET LOCAL statement_timeout = {}").format(sql.Literal(_QUERY_MS)))
    table = _find(connection, section)
    names = connection.execute(_COLUMNS, (table.quoted.as_string(connection),)).fetchall()
    columns = [str(row[0]) for row in names if row[0] != table.shape]
    matched = match_fields(spec, columns, section.fields, shown_address(section.path))
    wanted = list(dict.fromkeys(matched.values()))
    crs = CRS.from_user_input(section.crs) if section.crs else _system(connection, table.srid)
    total = _count(connection, table)
    shape = sql.Identifier(table.shape)
    query = sql.SQL("SELECT {} FROM {}").format(
        sql.SQL(", ").join([sql.SQL("ST_AsBinary({})").format(shape), *map(sql.Identifier, wanted)]),
        table.quoted,
    )
    inside = window(near, crs) if near is not None else None
    if inside is not None:
        numbers = sql.SQL(", ").join(map(sql.Literal, (*inside, table.srid)))
        query += sql.SQL(" WHERE {0} IS NULL OR {0} && ST_MakeEnvelope({1})").format(shape, numbers)
    if total > MAX_ROWS:
        raise _refuse(
            section,
            f"有 {total:,} 行，超过上限 {MAX_ROWS:,}",
            f"has {total:,} rows; {MAX_ROWS:,} is the limit",
        )
    rows = connection.execute(query).fetchall()  # without parameters: names may hold per cent signs
    shapes = shapely.from_wkb([row[0] for row in rows], on_invalid="ignore")
    data = pd.DataFrame([row[1:] for row in rows], columns=wanted)
    source = _source(section, rows, crs)
    return Raw(gpd.GeoDataFrame(data, geometry=shapes, crs=crs), matched, source, total)


def _find(connection: psycopg.Connection[Any], section: LayerSection) -> _Table:
    """Find the table named; a dot may stand between schema and table or within either.

    The first of several columns of shapes is read; where the column leaves its system open (a view that
    computes its shapes), the first shape says it.
    """
    rows = connection.execute(_FIND, {"name": section.layer})
    found = [_Table(str(row[0]), str(row[1]), str(row[2]), int(row[3])) for row in rows]
    if not found:
        raise _refuse(
            section,
            "没有这个空间表，或没有读它的权限",
            "has no such spatial table, or you may not read it",
        )
    names = {(one.schema, one.name) for one in found}
    if len(names) > 1:
        listed = ", ".join(f"{schema}.{name}" for schema, name in sorted(names))
        raise _refuse(section, f"有多个同名的表：{listed}", f"several tables have this name: {listed}")
    table = found[0]
    if table.srid > 0:
        return table
    query = sql.SQL("SELECT ST_SRID({0}) FROM {1} WHERE {0} IS NOT NULL LIMIT 1")
    row = connection.execute(query.format(sql.Identifier(table.shape), table.quoted)).fetchone()
    return replace(table, srid=int(row[0]) if row else 0)


def _system(connection: psycopg.Connection[Any], srid: int) -> CRS | None:
    """Give the system of an id, as the database describes it: its own ids need not be EPSG's."""
    row = connection.execute(
        "SELECT auth_name, auth_srid, srtext FROM spatial_ref_sys WHERE srid = %s", (srid,)
    ).fetchone()
    if row is None:
        return None
    for text in (f"{row[0]}:{row[1]}", row[2]):
        try:
            return CRS.from_user_input(text)
        except CRSError:
            continue
    return None


def _count(connection: psycopg.Connection[Any], table: _Table) -> int:
    row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(table.quoted)).fetchone()
    return int(row[0]) if row else 0


def _source(section: LayerSection, rows: list[Any], crs: CRS | None) -> Source:
    """Describe the table; its fingerprint is over the rows read, in an order of their own."""
    digests = sorted(hashlib.sha256(repr(row).encode()).digest() for row in rows)
    return Source(
        path=shown_address(section.path),
        layer=section.layer,
        sha256=hashlib.sha256(b"".join(digests)).hexdigest(),
        size_bytes=sum(len(row[0] or b"") for row in rows),
        crs=crs.name if crs is not None else "",
        datum=section.datum or "wgs84",
        encoding="utf-8",
        attribution=section.attribution,
    )
