"""The square city on disk with everything a verdict needs: layers, a city.toml, targets of its own.

A street runs from west to east at y = 1000 m; a park of 200 m by 200 m lies on it, from x = 800 to x = 1000;
homes stand on both sides, 100 m deep, from x = 1000 to x = 2000, so that whoever leaves the park is there:

- ``red_line_share``: 4 km² of 16 km² = 25 %; by district 50 % and 0.
- ``park_area_per_capita``: 40,000 m² for 40,000 residents = 1 m² a person.
- ``park_walk_coverage``: see ``walk_share``.
"""

from __future__ import annotations

import csv
import math
from typing import TYPE_CHECKING

from city_files import CityFiles, boundary, districts
from square_city import frame, line, square

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = (
    "id", "indicator", "title_zh", "title_en", "comparison", "value", "unit", "year", "geography", "binding",
    "clause", "source",
)  # fmt: skip
MET = ("share-met", "red_line_share", "红线占比", "Red line share", ">=", "0.2", "ratio")
MISSED = ("share-missed", "red_line_share", "红线占比", "Red line share", ">=", "0.3", "ratio")
WALK = ("walk", "park_walk_coverage", "步行覆盖", "Walk coverage", ">=", "0.3", "ratio")
UNJUDGED = ("bidao", "bidao_length", "碧道", "Bidao", ">=", "1", "km")


def walk_share(walk_m: float, access_m: float) -> float:
    """Share of the homes within a walk of the park, by hand.

    At a distance d from the street the last home is reached by leaving the street ``access_m`` before it on
    the slant: x = walk - access + sqrt(access² - d²). Summed over d on both sides of the street.
    """
    return 2 * ((walk_m - access_m) * access_m + math.pi * access_m**2 / 4) / 200_000


def written(
    folder: Path, *targets: tuple[str, ...], binding: str = "none", geography: str = "square"
) -> CityFiles:
    """Write the square city with some targets; ``CityFiles.toml()`` then gives the configuration."""
    folder.mkdir(parents=True, exist_ok=True)
    city = CityFiles(folder, city="as_of = 2025-12-31\nsynthetic = true\nresidents = 40000")
    city.write("boundary", boundary()).write("districts", districts())
    city.write("parks", frame([square(800, 900, 200)], BSM=["p1"], GYMC=["西园"], YDDM=["1401"]))
    city.write("red_line", frame([square(0, 0, 2_000)], BSM=["r1"]))
    homes = [square(1_000, 900, 500, 200), square(1_500, 900, 500, 200)]
    city.write("residential", frame(homes, BSM=["h1", "h2"], YDDM=["0701", "0701"]))
    city.write("streets", frame([line((0, 1_000), (2_000, 1_000)), line((2_000, 1_000), (4_000, 1_000))]))
    if targets:
        city.more = '[targets]\nplans = ["own.csv"]\n'
        write_targets(folder / "own.csv", targets, binding=binding, geography=geography)
    return city


def write_targets(path: Path, targets: tuple[tuple[str, ...], ...], *, binding: str, geography: str) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for target in targets:
            rows.writerow([*target, 2025, geography, binding, "§1", "测试规划"])
