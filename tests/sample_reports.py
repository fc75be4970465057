"""Reports on the square city, made by hand: what the writers of outputs are tried on."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
from square_city import EPSG, frame, layer, line, point, square, square_study

from analyses.indicator import EvidenceClass, Indicator
from analyses.provenance import build_provenance, run_id
from analyses.quantities import Beside, Measure, Quantity, Unit
from analyses.report import Report, Result, Status
from analyses.target import Target
from layers.findings import Finding, Severity
from layers.kinds import LayerKind
from layers.study import Layer, Source
from layers.text import Text

if TYPE_CHECKING:
    from layers.study import Study

HOSTILE = (
    '=HYPERLINK("http://evil.example","x")',
    "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1",
    "<script>alert(1)</script>", "]]>&amp;\"'<!-- -->",
    "{{ 7*7 }}{% raw %}", "${jndi:x}", "[click](javascript:alert(1)) ![i](http://evil.example/a.png)",
    "a|b\n| c | d |\n# head", "`code` *b* _i_ ~s~ @everyone",
    "'; DROP TABLE results; --", "nul\x00bel\x07esc\x1b[31m", "lone\ud800surrogate", "\ufffe\uffff",
    "right\u202eleft", "../../etc/passwd", "山海连城 🏞", "x" * 40_000, "::error::x%0A::set-output name=a::b",
)  # fmt: skip


def source(name: str) -> Source:
    digit = format(sum(name.encode()) % 16, "x")
    return Source(
        f"layers/{name}.gpkg", name, digit * 64, 4096, "EPSG:4547", "cgcs2000", "utf-8", "Survey office"
    )


def city(**values: Any) -> Study:
    study = square_study(
        layer(LayerKind.PARKS, [square(100, 100, 200), square(3000, 100, 100)], name=["一", "二"]),
        layer(LayerKind.RED_LINE, [square(0, 2000, 1000)], proxy=True),
        walk_distance_m=300.0,
    )
    layers = {
        kind: Layer(kind, one.frame, source(kind.value), study.as_of, one.proxy)
        for kind, one in study.layers.items()
    }
    return dataclasses.replace(
        study, layers=layers, sources={kind.value: one.source for kind, one in layers.items()}, **values
    )


def indicator(name: str, system: str, unit: Unit = Unit.RATIO, **values: Any) -> Indicator:
    return Indicator(
        id=name,
        title=values.pop("title", Text(f"指标 {name}", f"indicator {name}")),
        system=system,
        unit=unit,
        needs=values.pop("needs", (LayerKind.PARKS,)),
        measure=lambda _: None,
        formula=Text("分子 / 分母", "part / whole"),
        basis=Text("某标准第一条", "some standard, clause 1"),
        classes=(EvidenceClass("a", Text("甲", "A"), "good"), EvidenceClass("b", Text("乙", "B"), "bad")),
        **values,
    )


def target(name: str, indicator_id: str, value: float | None = 0.75, **values: Any) -> Target:
    base: dict[str, Any] = {
        "id": name,
        "plan": "plan-2025",
        "indicator": indicator_id,
        "title": Text("目标", "target"),
        "comparison": ">=",
        "value": value,
        "unit": "ratio",
        "year": 2025,
        "geography": "square",
        "binding": "binding",
        "clause": "2.1",
        "source": "the plan",
        "note": Text("注", "note"),
    }
    return Target(**{**base, **values})


def evidence() -> gpd.GeoDataFrame:
    return frame(
        [square(0, 0, 1000), square(2000, 0, 500)],
        id=["p1", "p2"],
        **{"class": ["a", "b"], "name": ["甲园", "乙园"], "area_m2": [1e6, 2.5e5], "district": ["W", "E"]},
    )


def ratio(part: float, whole: float) -> Quantity:
    return Quantity(part, whole, Unit.RATIO, Unit.M2, Unit.M2)


def sample_report(study: Study | None = None) -> Report:
    """A report with every status, a proxy layer, a declared value, values beside, findings of each kind."""
    study = study or city()
    walk = indicator("park_walk_coverage", "parks")
    area = indicator("red_line_area", "red_line", Unit.KM2, needs=(LayerKind.RED_LINE,))
    lost = indicator("sponge_area_share", "sponge", needs=(LayerKind.DRAINAGE_UNITS,), higher_is_better=None)
    beside = Beside(
        "walk_400", Text("400 米", "400 m"), ratio(14e6, 16e6), {"W": ratio(8e6, 8e6), "E": ratio(6e6, 8e6)}
    )
    missing = Beside("weighted", Text("按人口", "by residents"), None, reason=Text("缺人口", "no residents"))
    measures = {
        walk.id: Measure(
            ratio(12e6, 16e6),
            {"W": ratio(8e6, 8e6), "E": ratio(4e6, 8e6)},
            evidence(),
            (beside, missing),
            (Text("含推定入口", "entrances inferred"),),
        ),
        area.id: Measure(
            Quantity(1.0, None, Unit.KM2),
            {"W": Quantity(1.0, None, Unit.KM2), "E": Quantity(0.0, None, Unit.KM2)},
            frame([line((0, 0), (10, 0)), point(5, 5)], id=["l", "p"], **{"class": ["a", "a"]}),
        ),
    }
    parameters = {
        "walk_distance_m": {"value": 300.0, "unit": "m", "default": 300.0, "verified": True, "doubt": None},
        "access_m": {
            "value": 100, "unit": "m", "default": 100, "verified": False,
            "doubt": {"zh": "未核实", "en": "not verified"},
            "about": {"zh": "接入", "en": "access"}, "source": "S",
        },
    }  # fmt: skip
    city_target = target("t-walk", walk.id)
    results = (
        _result(walk, None, measures, (Status.MET, city_target, 0.0), parameters),
        _result(walk, "W", measures, (Status.MET, city_target, 0.25), parameters),
        _result(walk, "E", measures, (Status.MISSED, city_target, -0.25), parameters),
        _result(area, None, measures, (Status.NO_TARGET, None, None), {}, proxy_layers=("red_line",)),
        Result(
            lost.id, lost.title, None, None, Status.NO_DATA, Text("缺排水分区图层", "no drainage units"),
            target("t-sponge", lost.id, 0.4, binding="expected"),
        ),
        Result(
            "air_quality_days", Text("优良天数", "good-air days"), None, Quantity(0.95, None, Unit.RATIO),
            Status.MET, Text("达标", "the declared value meets it"), target("t-air", "air_quality_days", 0.9),
            0.05, declared=True,
        ),
    )  # fmt: skip
    provenance = build_provenance(study, "c" * 64, ("plan-2025",), dict(study.parameters))
    return Report(
        study,
        results,
        findings(),
        provenance,
        {one.id: one for one in (walk, area, lost)},
        measures,
        run_id(provenance),
    )


def _result(one, district, measures, verdict, parameters, **values) -> Result:
    status, wanted, gap = verdict
    measure = measures[one.id]
    quantity = measure.city if district is None else measure.by_district[district]
    reason = Text("理由", "the reason")
    return Result(one.id, one.title, district, quantity, status, reason, wanted, gap, parameters, **values)


def findings() -> tuple[Finding, ...]:
    return (
        Finding(Severity.INFO, "layer.note", Text("说明", "a note"), "parks"),
        Finding(
            Severity.WARNING, "geometry.invalid", Text("要素 7 已修复", "feature 7 repaired"),
            "parks", "7", (114.05, 22.54), 100.0, 99.5,
        ),
        Finding(Severity.ERROR, "config.unknown", Text("配置有误", "a fault of the configuration")),
    )  # fmt: skip


def objects(*values: object) -> pd.Series:
    """A column of any values: the text type of frames refuses some of them."""
    return pd.Series(list(values), dtype=object)


def hostile_report() -> Report:
    """The sample report with hostile text in every field that can hold text."""
    words = iter(HOSTILE * 200)

    def bad() -> str:
        return next(words)

    def both() -> Text:
        return Text(bad(), bad())

    study = city()
    districts = study.districts.assign(name_zh=objects(bad(), bad()), name_en=objects(bad(), None))
    study = dataclasses.replace(study, name=both(), districts=districts)
    report = sample_report(study)
    results = tuple(
        dataclasses.replace(
            one,
            title=both(),
            reason=both(),
            target=one.target
            and dataclasses.replace(
                one.target,
                title=both(),
                note=both(),
                clause=bad(),
                source=bad(),
                geography=bad(),
                plan=bad(),
                id=bad(),
            ),
            proxy_layers=(bad(),),
        )
        for one in report.results
        for _ in range(4)
    )
    faults = tuple(
        Finding(severity, word, Text(word, word), word, word, (114.0, 22.5))
        for severity in Severity
        for word in HOSTILE
    )
    general = tuple(Finding(Severity.INFO, word, Text(word, word)) for word in HOSTILE)
    names = {
        "fid": [1, 2], "ID": objects(bad(), bad()), "Id": objects(bad(), bad()), bad(): objects(bad(), bad()),
        "a\"b'c": [1.0, None],
        "": objects("x", {"a": 1}), "geom": [None, None], "day": [True, False],
    }  # fmt: skip
    shapes = gpd.GeoDataFrame(
        {"id": pd.Series(HOSTILE, dtype=object), "class": "a", "name": pd.Series(HOSTILE, dtype=object)},
        geometry=[square(10 * i, 0, 5) for i in range(len(HOSTILE))],
        crs=EPSG,
    )
    measures = {name: dataclasses.replace(one) for name, one in report.measures.items()}
    measures["park_walk_coverage"] = dataclasses.replace(measures["park_walk_coverage"], evidence=shapes)
    measures["red_line_area"] = dataclasses.replace(
        measures["red_line_area"], evidence=measures["red_line_area"].evidence.assign(**names)
    )
    indicators = {
        name: dataclasses.replace(one, title=both(), formula=both(), basis=both())
        for name, one in report.indicators.items()
    }
    inputs = {bad(): Source(bad(), bad(), "a" * 64, 1, bad(), bad(), bad(), bad()) for _ in HOSTILE}
    provenance = dataclasses.replace(
        report.provenance, inputs=inputs, plans=tuple(HOSTILE), parameters={"p": bad()}
    )
    return dataclasses.replace(
        report,
        results=results,
        findings=faults + general,
        measures=measures,
        indicators=indicators,
        provenance=provenance,
    )
