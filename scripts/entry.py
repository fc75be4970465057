"""Where the console script begins: refuses to start beside a foreign package of the same name."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

OURS = ("geo", "layers", "analyses", "maps", "data")


def foreign_package(root: Path) -> tuple[str, str] | None:
    """Find a package that is not ours under one of our names: its name and where it lies.

    Shanhai's packages have short names that other distributions use too; half-importing one of those would
    fail far from the cause.
    """
    for name in OURS:
        spec = importlib.util.find_spec(name)
        origin = None if spec is None else spec.origin
        if origin is None or Path(origin).resolve().parent.parent != root:
            return name, origin or "?"
    return None


def main() -> None:
    """Start the command line."""
    found = foreign_package(Path(__file__).resolve().parent.parent)
    if found is not None:
        name, place = found
        print(
            f"shanhai: 包 {name} 被另一个发行包占用（{place}）；请把山海装入独立环境，如 pipx install .\n"
            f"shanhai: package {name} belongs to another distribution ({place}); "
            "install Shanhai in an environment of its own, for example with pipx install .",
            file=sys.stderr,
        )
        sys.exit(2)
    try:
        from scripts.app import main as start  # noqa: PLC0415 - only once the packages are known to be ours
    except KeyboardInterrupt:
        print("shanhai: 已中断 interrupted", file=sys.stderr)
        sys.exit(130)
    start()


if __name__ == "__main__":
    main()
