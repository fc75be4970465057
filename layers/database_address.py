"""Addresses of databases: told from paths, shown without secrets."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl


def is_database(path: str) -> bool:
    """Tell a database address from a path.

    Examples
    --------
    >>> is_database("postgresql://host/db"), is_database("layers/postgresql.gpkg")
    (True, False)
    """
    return path.casefold().startswith(("postgresql:", "postgres:"))


def has_password(path: str) -> bool:
    """Tell whether a database address carries a password, in any of the places it may stand.

    Examples
    --------
    >>> has_password("postgresql://me:secret@host/db"), has_password("postgresql://host/db?pass%77ord=x")
    (True, True)
    >>> has_password("postgresql://me@host:5432/db?sslmode=require")
    False
    """
    head, _, options = path.partition("?")
    login = head.partition("//")[2].partition("/")[0].rpartition("@")[0]
    return ":" in login or any(
        "password" in key.casefold() for key, _ in parse_qsl(options, keep_blank_values=True)
    )


def shown_address(path: str) -> str:
    """Give a database address without any password and without its options.

    Examples
    --------
    >>> shown_address("postgresql://me:secret@host/db?password=x")
    'postgresql://me@host/db'
    """
    return re.sub(r"//([^:@/]*):[^@/]*@", r"//\1@", path.partition("?")[0])
