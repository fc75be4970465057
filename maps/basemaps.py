"""Online basemaps, used only when asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from layers.errors import ConfigError
from layers.text import Text

NAMES = ("none", "osm", "tianditu", "amap")
_KEY = re.compile(r"[0-9A-Za-z]{8,64}")
_OSM_HOST = "https://tile.openstreetmap.org"
_TIANDITU_HOSTS = tuple(f"https://t{at}.tianditu.gov.cn" for at in range(8))
_AMAP_HOSTS = tuple(f"https://webrd0{at}.is.autonavi.com" for at in range(1, 5))


@dataclass(frozen=True)
class Basemap:
    """What the page needs to draw a basemap, and the hosts its policy must then allow."""

    entry: dict[str, Any]
    hosts: tuple[str, ...]


def basemap_of(name: str, key: str | None) -> Basemap | None:
    """Describe a basemap by name; None for ``none``.

    Raises
    ------
    ConfigError
        The name is not known; Tianditu's key is missing or is no key.

    Examples
    --------
    >>> basemap_of("osm", None).hosts
    ('https://tile.openstreetmap.org',)
    """
    if name == "none":
        return None
    if name == "osm":
        return _osm()
    if name == "amap":
        return _amap()
    if name == "tianditu":
        return _tianditu(key)
    raise ConfigError(
        Text(
            f"未知底图“{name}”；可用：{'、'.join(NAMES)}",
            f"unknown basemap {name!r}; known are {', '.join(NAMES)}",
        )
    )


def _osm() -> Basemap:
    entry = {
        "id": "osm",
        "title": {"zh": "OpenStreetMap 底图", "en": "OpenStreetMap"},
        "layers": [f"{_OSM_HOST}/{{z}}/{{x}}/{{y}}.png"],
        "attribution": "© OpenStreetMap contributors",
        "max_zoom": 19,
        "shifted": False,
    }
    return Basemap(entry, (_OSM_HOST,))


def _amap() -> Basemap:
    entry = {
        "id": "amap",
        "title": {"zh": "高德底图", "en": "AMap"},
        "layers": [
            "https://webrd0{s}.is.autonavi.com/appmaptile?lang=zh_cn&size=1&scale=1&style=8&x={x}&y={y}&z={z}"
        ],
        "subdomains": "1234",
        "attribution": "© 高德地图 AutoNavi",
        "max_zoom": 18,
        "shifted": True,
    }
    return Basemap(entry, _AMAP_HOSTS)


def _tianditu(key: str | None) -> Basemap:
    if key is None or not _KEY.fullmatch(key):
        raise ConfigError(
            Text(
                "天地图底图需要密钥（tk，8–64 位字母数字），请在天地图开放平台申请后填写",
                "the Tianditu basemap needs a key (tk, 8 to 64 letters and digits); "
                "apply for one on its open platform",
            )
        )
    entry = {
        "id": "tianditu",
        "title": {"zh": "天地图底图", "en": "Tianditu"},
        "layers": [_tianditu_address(layer, key) for layer in ("vec", "cva")],
        "subdomains": "01234567",
        "attribution": "© 国家地理信息公共服务平台（天地图）",
        "max_zoom": 18,
        "shifted": False,
        "key_in_file": True,
    }
    return Basemap(entry, _TIANDITU_HOSTS)


def _tianditu_address(layer: str, key: str) -> str:
    return (
        f"https://t{{s}}.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0"
        f"&LAYER={layer}&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles"
        f"&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={key}"
    )
