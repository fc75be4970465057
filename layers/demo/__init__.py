"""A made-up city with every kind of layer, written the way official data arrives."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

from layers.demo.city import make_city
from layers.demo.kept import holds, note
from layers.demo.settings import SIZES
from layers.demo.toml import city_toml, readme
from layers.demo.write import refuse_other_city, whole_folder, write_layers
from layers.errors import ConfigError
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from layers.demo.city import City

__all__ = ["SIZES", "kept_demo_city", "write_demo_city"]

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
        ``demo`` (about 200 km² of land), ``city`` (about 2,000 km²) or ``town`` (20 km²).
    seed
        The same seed gives the same city.
    progress
        Told the name of each stage as it begins.

    Raises
    ------
    ConfigError
        There is no such size, or the folder cannot be written or holds another city.
    """
    if size not in SIZES:
        known = "、".join(SIZES), ", ".join(SIZES)
        raise ConfigError(
            Text(f"没有规模“{size}”；可选：{known[0]}", f"no such size: {size!r}; choose one of {known[1]}")
        )
    refuse_other_city(folder)
    city = make_city(SIZES[size], seed, progress)
    if progress:
        progress("write")
    with whole_folder(folder) as target:
        (target / "layers").mkdir()
        _write_texts(target, city, size, seed)
        layers, surfaces = city.layers, city.surfaces
        del city
        write_layers(target / "layers", layers, surfaces)
        note(target, size, seed)
    return folder / "city.toml"


def kept_demo_city(folder: Path, *, size: str = "demo", seed: int = 20251231) -> Path | None:
    """Give the ``city.toml`` of a city of this size and seed that lies in a folder as it was made.

    None where there is none, where a file of it was changed, or where this program would make another one.
    """
    return folder / "city.toml" if holds(folder, size, seed) else None


def _write_texts(target: Path, city: City, size: str, seed: int) -> None:
    kinds = {*city.layers, *city.surfaces}
    districts = city.layers[LayerKind.DISTRICTS]
    texts = {
        "city.toml": city_toml(
            kinds,
            "shanhai-demo" if size == "demo" else "shanhai-demo-city",
            int(districts["residents"].sum()),
            str(districts["id"].iloc[_DONGLING]),
        ),
        "README.txt": readme(kinds, size, seed),
        "declared.csv": resources.files("data").joinpath("declared_demo.csv").read_text(encoding="utf-8-sig"),
    }
    for name, text in texts.items():
        (target / name).write_text(text, encoding="utf-8", newline="\n")
