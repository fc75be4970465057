"""Print the table of ``make reliability``; the exit code is 1 where anything did not survive."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from reliability.city_trials import demo_city, shuffled_layers, small_city, threads, twice  # noqa: E402
from reliability.trials import full_disk, kills, reordered, together  # noqa: E402 - needs the path above

LIMITS = (0, 1, 2_000, 5_000, 20_000, 40_000, 70_000, 98_000, 120_000, 149_999)


Row = tuple[str, int, int]


def trials(folder: Path, number: int) -> Iterator[Row]:
    """Try one thing after the other: what it is, how often it went well, out of how many."""
    yield "killed at a random moment; folders swapped in one step", *kills(folder, number, "forever")
    yield "killed at a random moment; folders renamed in two steps", *kills(folder, number, "plain")
    yield "rows in another order; all files identical", *reordered(folder, number // 5)
    yield "no room for a file; earlier result whole, one sentence", *full_disk(folder, LIMITS)
    yield "second run into the same folder refused with exit 2", int(together(folder) == 2), 1
    for what, make, turns in (("square city", small_city, 5), ("demo city", demo_city, 2)):
        place = folder / what.replace(" ", "-")
        config = make(place / "city")
        yield f"{what}: two runs, byte for byte the same", *twice(config, place)
        yield f"{what}: --jobs 1 and --jobs 2, byte for byte the same", *threads(config, place)
        yield f"{what}: features of every layer shuffled, same files", *shuffled_layers(config, place, turns)


def main(number: int) -> int:
    failed = False
    with tempfile.TemporaryDirectory() as name:
        for title, good, of in trials(Path(name), number):
            failed |= good != of
            sys.stdout.write(f"{good:>4} of {of:<4} {title}\n")
            sys.stdout.flush()
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100))
