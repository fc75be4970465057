"""Share of the built-up area where rain and sewage run apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analyses.areas import layer_pieces
from analyses.indicator import EvidenceClass, Indicator
from analyses.parameters import RESIDENTIAL_CODES
from analyses.parks import coverage, residential_pieces, split_by_service
from analyses.quantities import Beside, Measure, Unit
from layers.kinds import LayerKind
from layers.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from layers.study import Study


def measure(study: Study) -> Measure:
    """Measure the built-up area inside the separate-sewer service area over all built-up area.

    Overlaps count once on both sides. Residential land, and residents where they are known, stand beside.

    Formula: built-up area served ÷ built-up area.
    """
    service = study.frame(LayerKind.SEWER_SERVICE).geometry.to_numpy()
    built = layer_pieces(study, LayerKind.BUILT_UP)
    split = split_by_service(study, built, service)
    return Measure(*coverage(study, built, split), split, _homes(study, service), (_PIPES,))


def _homes(study: Study, service: NDArray[Any]) -> tuple[Beside, ...]:
    if LayerKind.RESIDENTIAL not in study.layers:
        return ()
    homes = residential_pieces(study)
    split = split_by_service(study, homes, service)
    found = [Beside("residential", Text("居住用地", "residential land"), *coverage(study, homes, split))]
    if "residents" in homes:
        title = Text("按常住人口", "by residents")
        found.append(Beside("population", title, *coverage(study, homes, split, "residents")))
    return tuple(found)


_PIPES = Text(
    "以服务范围面积计，不是管网长度比；范围内错接、混接不可见",
    "areas served, not lengths of pipe; wrong connections inside the service area do not show",
)

INDICATOR = Indicator(
    id="sewer_network_coverage",
    title=Text("雨污分流管网覆盖率", "Separate sewer network coverage"),
    system="structure",
    unit=Unit.RATIO,
    needs=(LayerKind.SEWER_SERVICE, LayerKind.BUILT_UP),
    uses=(LayerKind.RESIDENTIAL,),
    measure=measure,
    formula=Text("雨污分流服务范围内建成区面积 ÷ 建成区面积", "built-up area served ÷ built-up area"),
    basis=Text(
        "《深圳率先打造美丽中国典范行动方案（2020—2025年）》第15条：2025年全覆盖；计算口径未见公开",
        "Shenzhen action plan 2020-2025 cl. 15: full coverage by 2025; no published way to compute it",
    ),
    parameters=(RESIDENTIAL_CODES,),
    classes=(
        EvidenceClass("uncovered", Text("未覆盖建成区", "built-up area not served"), "bad"),
        EvidenceClass("covered", Text("已覆盖建成区", "built-up area served"), "good"),
    ),
    edge_cases=(
        Text(
            "建成区以外的服务范围不计；部分覆盖按面积计，重叠只计一次。",
            "Service areas outside the built-up area do not count; partial cover counts by area, overlaps "
            "once.",
        ),
        Text(
            "以服务范围图层为准，不区分已建和规划，也看不到范围内的错接、混接。",
            "The service layer is taken as given: built and planned are not told apart, and wrong "
            "connections inside it do not show.",
        ),
        Text(
            "没有建成区图层就不给值；居住用地和人口的覆盖并列，"
            "其中混合用地按 residential_share（JZZB）折算。",
            "Without a built-up layer there is no value; the cover of residential land and of residents "
            "stands beside, a mixed-use plot by its residential_share (JZZB).",
        ),
    ),
)
