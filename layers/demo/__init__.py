"""A made-up city with every kind of layer, written the way official data arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layers.demo.city import make_city
from layers.demo.settings import SIZES
from layers.demo.toml import city_toml, readme
from layers.demo.write import write_layers
from layers.errors import ConfigError
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["SIZES", "write_demo_city"]

_DONGLING = 1


def write_demo_city(
    folder: Path,
    *,
    size: str = "demo",
    seed: int = 20251231,
    progress: Callable[[str], None] | None = None,
) -> Path:
    """Write the synthetic city into a folder and give the path of its ``city.toml``.

    Parameters
    ----------
    folder
        Where to; made if it is not there.
    size
        ``demo`` (about 200 km² of land) or ``city`` (about 2,000 km²).
    seed
        The same seed gives the same city.
    progress
        Told the name of each stage as it begins.

    Raises
    ------
    ConfigError
        There is no such size.
    """
    if size not in SIZES:
        known = "、".join(SIZES), ", ".join(SIZES)
        raise ConfigError(
            Text(f"没有规模“{size}”；可选：{known[0]}", f"no such size: {size!r}; choose one of {known[1]}")
        )
    city = make_city(SIZES[size], seed, progress)
    if progress:
        progress("write")
    write_layers(folder, city.layers)
    districts = city.layers[LayerKind.DISTRICTS]
    path = folder / "city.toml"
    text = city_toml(
        city.layers.keys(),
        "shanhai-demo" if size == "demo" else "shanhai-demo-city",
        int(districts["residents"].sum()),
        str(districts["id"].iloc[_DONGLING]),
    )
    path.write_text(text, encoding="utf-8", newline="\n")
    (folder / "README.txt").write_text(
        readme(city.layers.keys(), size, seed), encoding="utf-8", newline="\n"
    )
    return path
