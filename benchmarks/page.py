"""``docs/performance.md`` from the table of results."""

from __future__ import annotations

_HEAD = """# How fast, against whom

Written by `make bench` from `benchmarks/results.csv`; do not edit. Every row is one comparison made in one
run on one machine with one input, and the answers were compared too. Seconds are CPU seconds of the process
on all cores, so that other work on the machine does not count. A ratio to reach (">=") is the smaller of
those by CPU and by the clock; one not to exceed ("<=") is by CPU, of whole runs by the clock: these take
turns with plain reading, five times each, and the quickest counts. The bounds behind them: `docs/adr/`.

"""


def page(records: list[dict[str, str]]) -> str:
    r"""Write the page.

    Examples
    --------
    >>> row = dict(case="a|b", size="1", peer="p", unit="s", ours="1", theirs="4", ratio="4", goal=">= 2x")
    >>> row |= dict(reached="yes", note="", date="2026-01-01", machine="m", versions="v")
    >>> page([row]).splitlines()[-3]
    '| a\\|b | 1 | p | 1 s | 4 s | 4 | >= 2x | reached |  |'
    """
    lines = ["| case | size | against | ours | theirs | ratio | goal | | remarks |",
             "|---|---|---|---:|---:|---:|---|---|---|"]  # fmt: skip
    for one in records:
        reached = {"yes": "reached", "no": "**not reached**"}.get(one["reached"], "")
        cells = [one["case"], one["size"], one["peer"], _with_unit(one["ours"], one["unit"]),
                 _with_unit(one["theirs"], one["unit"]), _short(one["ratio"]), one["goal"], reached,
                 one["note"]]  # fmt: skip
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    made = sorted({f"{one['date']}: {one['machine']}; {one['versions']}" for one in records})
    return _HEAD + "\n".join(lines) + "\n\n" + "\n".join(f"- {one}" for one in made) + "\n"


def _short(number: str) -> str:
    return f"{float(number):.3g}" if number else ""


def _with_unit(number: str, unit: str) -> str:
    return f"{_short(number)} {unit}".strip() if number else ""
