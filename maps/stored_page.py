"""Reading a page back: what an earlier run drew, to be drawn again beside another run or as a picture."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from analyses.outputs.run_folder import run_folder_of
from layers.errors import ConfigError
from layers.text import Text
from maps.model import PAGE_FORMAT, Model

if TYPE_CHECKING:
    from pathlib import Path

MAP_FILE = "map.html"
_DATA = re.compile(r'<script type="application/json" id="shanhai-data">(.*?)</script>', re.DOTALL)
_BLOB = re.compile(r'<script type="text/plain" id="([A-Za-z][\w-]*)">([A-Za-z0-9+/=]*)</script>')
_PARTS = {"city": dict, "indicators": list, "ground": dict, "layers": list, "surfaces": list}


def read_run_page(run: Path) -> Model:
    """Read the map of a run, named by its folder or a file in it.

    Raises
    ------
    ConfigError
        There is no map, or it is none of this version's.
    """
    path = run_folder_of(run) / MAP_FILE
    if not path.is_file():
        raise ConfigError(
            Text(
                f"找不到 {path}；请给出 shanhai run 写出的结果文件夹",
                f"there is no {path}; give a folder that shanhai run wrote",
            )
        )
    return read_page(path.read_text(encoding="utf-8", errors="replace"), str(path))


def read_page(html: str, name: str) -> Model:
    """Take from a page what it was made of.

    Parameters
    ----------
    html
        The page's text.
    name
        What the error calls it.

    Raises
    ------
    ConfigError
        It is no map of this program, or one of another version.
    """
    found = _DATA.search(html)
    value = _value(found[1]) if found else None
    if value is None or value.get("format") != PAGE_FORMAT:
        raise ConfigError(
            Text(
                f"{name} 不是本版本程序绘制的地图；请重新运行 shanhai run",
                f"{name} is no map drawn by this version of the program; run shanhai run again",
            )
        )
    west, south, east, north = value["ground"]["bounds"]
    return Model(value, dict(_BLOB.findall(html)), ((south + north) / 2, (west + east) / 2))


def _value(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    whole = isinstance(value, dict) and all(isinstance(value.get(key), kind) for key, kind in _PARTS.items())
    return value if whole else None
