"""PostGIS tables, read inside the database's own window; the password never comes from ``city.toml``.

The driver (libpq) takes it from ``PGPASSWORD`` or ``~/.pgpass``. Names are quoted identifiers, values are
parameters, and the session is read-only.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import shapely
from pyproj import CRS

from layers.errors import DataError
from layers.fields import match_fields
from layers.raw import Raw, window
from layers.study import Source
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import psycopg

    from layers.config import LayerSection
    from layers.kinds import LayerSpec
    from layers.raw import Bounds

_WAIT_S = 15
_QUERY_MS = 600_000


def read_postgis(section: LayerSection, spec: LayerSpec, near: Bounds | None) -> Raw:
    """Read a table's needed columns and shapes, inside the bounds of interest.

    Raises
    ------
    DataError
        No connection, no such table or column, or the optional packages are not installed.
    """
    try:
        import psycopg  # noqa: PLC0415 - an optional extra
    except ImportError:
        raise _refuse(
            section, "需要先安装：pip install shanhai[postgis]", "install shanhai[postgis] first"
        ) from None
    if section.layer is None:
        raise _refuse(section, "请用 layer 指明表名（模式.表）", "name the table (schema.table) with layer")
    try:
        with psycopg.connect(section.path, connect_timeout=_WAIT_S, application_name="shanhai") as connection:
            connection.read_only = True
            return _read(connection, section, spec, near)
    except psycopg.Error as error:
        said = _safe(str(error))
        raise _refuse(section, f"数据库读不了（{said}）", f"the database cannot be read ({said})") from None


def shown_address(path: str) -> str:
    """Give a database address without any password and without its options.

    Examples
    --------
    >>> shown_address("postgresql://me:secret@host/db?password=x")
    'postgresql://me@host/db'
    """
    return re.sub(r"//([^:@/]*):[^@/]*@", r"//\1@", path.partition("?")[0])


def _safe(message: str) -> str:
    return re.sub(r"(?i)password=\S+", "password=***", " ".join(message.split()))[:200]


def _refuse(section: LayerSection, zh: str, en: str) -> DataError:
    name = f"{shown_address(section.path)} {section.layer or ''}".strip()
    return DataError(Text(f"{name}：{zh}", f"{name}: {en}"))


def _read(
    connection: psycopg.Connection[Any], section: LayerSection, spec: LayerSpec, near: Bounds | None
) -> Raw:
    from psycopg import sql  # noqa: PLC0415 - an optional extra

    schema, _, table = str(section.layer).rpartition(".")
    schema = schema or "public"
    connection.execute(sql.SQL("SET statement_timeout = {}").format(sql.Literal(_QUERY_MS)))
    found = connection.execute(
        "SELECT f_geometry_column, srid FROM geometry_columns"
        " WHERE f_table_schema = %s AND f_table_name = %s ORDER BY f_geometry_column",
        (schema, table),
    ).fetchall()
    if not found:
        raise _refuse(section, "没有这个空间表", "has no such spatial table")
    geometry, srid = str(found[0][0]), int(found[0][1])
    names = connection.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = %s AND table_name = %s ORDER BY ordinal_position",
        (schema, table),
    ).fetchall()
    columns = [str(row[0]) for row in names if row[0] != geometry]
    matched = match_fields(spec, columns, section.fields, shown_address(section.path))
    wanted = list(dict.fromkeys(matched.values()))
    crs = CRS.from_user_input(section.crs) if section.crs else CRS.from_epsg(srid) if srid > 0 else None
    target = sql.Identifier(schema, table)
    query = sql.SQL("SELECT {} FROM {}").format(
        sql.SQL(", ").join(
            [sql.SQL("ST_AsBinary({})").format(sql.Identifier(geometry)), *map(sql.Identifier, wanted)]
        ),
        target,
    )
    values: Sequence[float] = ()
    inside = window(near, crs) if near is not None else None
    if inside is not None:
        query += sql.SQL(" WHERE {0} IS NULL OR {0} && ST_MakeEnvelope(%s, %s, %s, %s, %s)").format(
            sql.Identifier(geometry)
        )
        values = (*inside, srid)
    rows = connection.execute(query, values).fetchall()
    counted = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(target)).fetchone()
    shapes = shapely.from_wkb([row[0] for row in rows], on_invalid="ignore")
    data = pd.DataFrame([row[1:] for row in rows], columns=wanted)
    return Raw(
        gpd.GeoDataFrame(data, geometry=shapes, crs=crs),
        matched,
        _source(section, rows, crs),
        int(counted[0]) if counted else len(rows),
    )


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
