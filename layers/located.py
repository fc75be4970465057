"""Findings on features: the first ones each with its place, the rest counted, so that none is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from layers.catalogue import finding
from layers.fields import sample
from layers.mend import places
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from pyproj import CRS

    from layers.findings import Finding

MOST = 50
"""Up to this many findings of one code and layer are listed one by one."""


def located(
    code: str,
    layer: str,
    ids: Sequence[str] | NDArray[np.object_],
    shapes: NDArray[np.object_],
    crs: CRS,
    said: Sequence[Text],
) -> list[Finding]:
    """Make a finding per feature; ``said`` tells what is wrong with each, ``shapes`` where."""
    where = places(np.asarray(shapes[:MOST], dtype=object), crs) if len(shapes) else []
    found = [
        finding(
            code,
            Text(f"{layer} {ids[i]}：{said[i].zh}", f"{layer} {ids[i]}: {said[i].en}"),
            layer=layer,
            feature=str(ids[i]),
            place=where[i],
        )
        for i in range(min(len(ids), MOST))
    ]
    rest = [str(one) for one in ids[MOST:]]
    if rest:
        names = sample(rest)
        message = Text(
            f"{layer}：另有 {len(rest)} 处同类问题（{names.zh}）",
            f"{layer}: {len(rest)} more of the same ({names.en})",
        )
        found.append(finding(code, message, layer=layer))
    return found


def each(count: int, said: Text) -> list[Text]:
    """Say the same of every feature."""
    return [said] * count
