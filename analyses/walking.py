"""The walking network of a study and the way into its parks, built once per layer of streets."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
import shapely

from analyses.indicator import NotMeasurableError, Parameter
from analyses.kept import forgotten_after_measuring, once_per_study
from analyses.parks import merged_parks
from geo.area_access import JoinRules, areas_access
from geo.network import build_network
from geo.noding import directed
from layers.findings import Finding, Severity
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from geo.area_access import AreaAccess
    from geo.network import WalkNetwork
    from geo.noding import Noding
    from layers.study import Layer, Study

NODING = Parameter(
    "street_noding",
    "endpoints",
    Text("路网打断方式", "where streets join"),
    source="endpoints: lines join where they share an end or a vertex; crossings: also where they cross",
    doubt=Text(
        "取决于路网如何绘制：相交处没有节点的路网用 crossings",
        "depends on how the network was drawn: one without nodes where ways cross wants crossings",
    ),
    choices=("endpoints", "crossings"),
)
ENTRANCE_RULE = Parameter(
    "entrance_rule",
    "given",
    Text("公园出入口的来源", "where park entrances come from"),
    source="given: the layer of entrances where there is one; inferred: always from ways that meet the edge",
    doubt=Text(
        "没有标准规定出入口如何取得；给定的出入口图层可能不全",
        "no standard says how entrances are found, and a layer of entrances may be incomplete",
    ),
    choices=("given", "inferred"),
)
_JOIN = JoinRules()
WALKS_SAID = Text(
    f"出入口接入直线 {_JOIN.within_m:g} m 以内的每条可步行路，这段直线计入步行距离（可穿过公园用地）；"
    f"更远的不接入。推定出入口时沿公园边界每 {_JOIN.spacing_m:g} m 试一点。公园之内的路不计步行。",
    f"An entrance is joined to every walkable street within {_JOIN.within_m:g} m by a straight line, which "
    "counts as walked and may cross the park; farther ones are not joined. Where entrances are "
    f"inferred, points every {_JOIN.spacing_m:g} m along the park's edge are tried. No way inside the park "
    "is walked.",
)
"""How walks reach parks, for the pages of the indicators."""
_NETWORKS: WeakKeyDictionary[Layer, dict[Noding, WalkNetwork]] = WeakKeyDictionary()
forgotten_after_measuring(_NETWORKS.clear)


def walk_network(study: Study) -> WalkNetwork:
    """Build the walking network of a study, or give the one built before from the same streets.

    Ways whose ``foot`` is false are left out; lines on different ``level`` do not join where they cross.

    Raises
    ------
    NotMeasurableError
        When no walkable way is left.
    """
    layer = study.layers[LayerKind.STREETS]
    noding: Noding = "crossings" if NODING.of(study) == "crossings" else "endpoints"
    built = _NETWORKS.setdefault(layer, {})
    if noding not in built:
        streets, walkable = layer.frame, np.ones(len(layer.frame), bool)
        if "foot" in streets:
            walkable = streets["foot"].fillna(value=True).astype(bool).to_numpy()
        if not walkable.any():
            raise NotMeasurableError(
                Text(
                    "步行路网中没有可步行的路段：请检查 streets 图层的 foot 字段",
                    "no way of the walking network is open to walkers: see the field foot of layer streets",
                )
            )
        levels = None
        if "level" in streets:
            levels = streets["level"].fillna(0).astype(int).to_numpy()[walkable]
        ways = streets.geometry.to_numpy()[walkable]
        lines = directed(ways)  # the way a line was drawn must not matter
        built[noding] = build_network(lines, levels=levels, noding=noding)
    return built[noding]


def park_access(study: Study, parks: gpd.GeoDataFrame) -> AreaAccess:
    """Find the entrances of parks on the walking network.

    Given entrances come first (unless ``entrance_rule`` leaves them aside), then crossings of ways with a
    park's edge, then points of its edge near a way. They are looked for once for all parks of the layer,
    unless entrances do not name their park or a park has other parts here.
    """
    points = _entrances(study)
    if points is None or "park_id" in points:
        every, access = _access_to_all(study)
        place = pd.Index(access.ids).get_indexer(pd.Index(parks["id"].to_numpy(dtype=object)))
        if (place >= 0).all() and shapely.equals_identical(every[place], parks.geometry.to_numpy()).all():
            return access.only(np.sort(place))
    return _access(study, parks)


def _entrances(study: Study) -> gpd.GeoDataFrame | None:
    if LayerKind.PARK_ENTRANCES not in study.layers or ENTRANCE_RULE.of(study) != "given":
        return None
    points = study.frame(LayerKind.PARK_ENTRANCES)
    return None if points.empty else points


@once_per_study
def _access_to_all(study: Study) -> tuple[NDArray[np.object_], AreaAccess]:
    """Give the shapes of all parks and squares, and their entrances, in the order of their ids."""
    parks = merged_parks(study, study.frame(LayerKind.PARKS))
    access = _access(study, parks)
    place = pd.Index(parks["id"].to_numpy(dtype=object)).get_indexer(pd.Index(access.ids))
    return parks.geometry.to_numpy()[place], access


def _access(study: Study, parks: gpd.GeoDataFrame) -> AreaAccess:
    shapes, ids = parks.geometry.to_numpy(), parks["id"].to_numpy(dtype=object)
    points = _entrances(study)
    if points is None:
        return areas_access(walk_network(study), shapes, ids)
    named = points["park_id"].to_numpy(dtype=object) if "park_id" in points else None
    return areas_access(walk_network(study), shapes, ids, points.geometry.to_numpy(), named)


def access_findings(parks: gpd.GeoDataFrame, access: AreaAccess, asker: Text) -> tuple[Finding, ...]:
    """Report parks nobody can walk into, parks whose entrances were inferred and entrances not used.

    ``asker`` is the title of what asks: each counts parks of its own, and the entrances of others are of no
    use to it.
    """
    called = _called(parks)
    found = [
        Finding(
            Severity.WARNING,
            "park.no_entrance",
            Text(
                f"公园 {called[identity]} 没有可步行进入的位置，不计服务；请补充出入口或路网",
                f"park {called[identity]} cannot be walked into and serves nobody; "
                "add its entrances or the ways that lead to it",
            ),
            layer=LayerKind.PARKS,
            feature=str(identity),
        )
        for identity in access.ids[access.unreachable]
    ]
    found += [
        Finding(
            Severity.INFO,
            "park.entrance_inferred",
            Text(
                f"公园 {called[identity]} 的出入口由邻近道路推定",
                f"entrances of park {called[identity]} were inferred from nearby ways",
            ),
            layer=LayerKind.PARKS,
            feature=str(identity),
        )
        for identity in access.ids[access.inferred]
    ]
    unused = len(access.unused_entrances)
    if unused:
        found.append(
            Finding(
                Severity.WARNING,
                "park.entrance_unused",
                Text(
                    f"{asker.zh}：{unused} 个出入口未使用：离路网太远，不属于所计的公园，"
                    "或位于公园内的道路上而离边界太远",
                    f"{asker.en}: {unused} entrances were not used: too far from any way, of none of the "
                    "parks that count here, or on a way inside a park too far from its edge",
                ),
                layer=LayerKind.PARK_ENTRANCES,
            )
        )
    return tuple(found)


def _called(parks: gpd.GeoDataFrame) -> dict[str, str]:
    """Give what to call each park by its id: the id, and the first name it has in brackets."""
    if "name" not in parks:
        return {str(identity): str(identity) for identity in parks["id"]}
    first = parks.drop_duplicates("id")
    return {
        str(identity): f"{identity} ({name})" if isinstance(name, str) else str(identity)
        for identity, name in zip(first["id"], first["name"], strict=True)
    }
