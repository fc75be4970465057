"""The shape of ``report.json``: what is written, and what a report read back must look like.

These types are the one source of the published JSON Schema (``docs/schema/report-1.json``).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, model_validator

from analyses.indicator import System
from analyses.quantities import Unit
from analyses.report import Status
from analyses.target import Binding, Comparison
from layers.errors import ConfigError
from layers.findings import Severity
from layers.text import Lang, Text

Amount = Annotated[float, Field(ge=0)]
Hash = Annotated[str, Field(pattern="^([0-9a-f]{64})?$")]
Day = Annotated[str, Field(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
Value = float | int | str | bool


class Part(BaseModel):
    """A part of a document: closed, frozen, without infinite or undefined numbers."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        json_schema_serialization_defaults_required=True,
    )


class Words(Part):
    """A string in Chinese and in English."""

    zh: str
    en: str

    def __getitem__(self, lang: Lang) -> str:
        """Give the string in one language."""
        return self.zh if lang == "zh" else self.en


class DistrictPart(Part):
    """A district of the city."""

    id: str
    name: Words
    residents: float | None
    area_m2: Amount = Field(description="On the ellipsoid")


class CityPart(Part):
    """The city that was measured."""

    id: str
    name: Words
    crs: str = Field(description="The projected system everything was measured in")
    synthetic: bool = Field(description="True for a made-up city, such as the demo city")
    residents: float | None
    area_m2: Amount = Field(description="Within the boundary, sea included, on the ellipsoid")
    land_area_m2: Amount
    districts: tuple[DistrictPart, ...]


class TargetPart(Part):
    """What a plan promises."""

    id: str
    plan: str
    comparison: Comparison
    value: float | None = Field(description="In `unit`; a ratio is 0..1; null for not_lower and track")
    unit: str
    year: int | None
    geography: str
    binding: Binding
    clause: str
    source: str
    title: Words
    note: Words


class ParameterPart(Part):
    """A figure a result depends on; `verified` is false where `doubt` says what is not certain about it."""

    value: Value
    unit: str
    default: Value | None
    verified: bool
    doubt: Words | None
    about: Words | None = Field(description="What it is")
    source: str = Field(description="Where the default comes from")


class FiguresPart(Part):
    """A number kept as part and whole; `value` is null where it is undefined, a ratio is 0..1."""

    value: float | None
    part: float | None
    whole: float | None
    unit: Unit | None
    part_unit: Unit | None
    whole_unit: Unit | None


class BesidePart(FiguresPart):
    """A value reported beside the main one."""

    id: str
    title: Words
    reason: Words | None


def _judged_needs_target(schema: dict[str, Any]) -> None:
    schema["if"] = {"properties": {"status": {"enum": [Status.MET.value, Status.MISSED.value]}}}
    schema["then"] = {"properties": {"target": {"type": "object"}, "value": {"type": "number"}}}


class ResultPart(FiguresPart):
    """One indicator, for the city (`district` null) or one district, held against one target or none."""

    model_config = ConfigDict(json_schema_extra=_judged_needs_target)

    indicator: str
    title: Words
    district: str | None
    status: Status
    target: TargetPart | None
    reason: Words
    gap: float | None = Field(description="Value minus target, in the value's unit")
    parameters: dict[str, ParameterPart]
    proxy_layers: tuple[str, ...] = Field(description="Layers that stood in for the official ones")
    declared: bool = Field(description="True where the value was declared, not measured")
    beside: tuple[BesidePart, ...]

    @model_validator(mode="after")
    def _verdict_has_its_numbers(self) -> Self:
        if self.status in (Status.MET, Status.MISSED) and (self.target is None or self.value is None):
            raise ValueError(f"{self.indicator} is {self.status} without a value and a target")
        return self


class IndicatorPart(Part):
    """How an indicator is defined."""

    title: Words
    system: System
    unit: Unit
    formula: Words
    basis: Words
    higher_is_better: bool | None
    needs: tuple[str, ...]
    any_of: tuple[tuple[str, ...], ...]
    uses: tuple[str, ...]
    notes: tuple[Words, ...] = Field(description="What a reader must know to read the numbers rightly")


class FindingPart(Part):
    """A fault in the data, or a repair made to it."""

    severity: Severity
    code: str
    message: Words
    layer: str | None
    feature: str | None
    place: tuple[float, float] | None = Field(description="Longitude, latitude (WGS 84)")
    area_before_m2: float | None
    area_after_m2: float | None


class InputPart(Part):
    """A file or table that was read."""

    path: str
    layer: str | None
    sha256: Hash
    size_bytes: Annotated[int, Field(ge=0)]
    crs: str
    datum: str
    encoding: str
    attribution: str


class LayerPart(Part):
    """A layer as it was measured: after filters and repairs."""

    input: str | None = Field(description="Its name in `inputs`")
    features: Annotated[int, Field(ge=0)] | None = Field(description="null for a raster")
    as_of: Day | None
    proxy: bool


class ProvenancePart(Part):
    """What went into the report."""

    config_sha256: Hash
    inputs: dict[str, InputPart]
    layers: dict[str, LayerPart]
    parameters: dict[str, JsonValue]
    plans: tuple[str, ...]
    software: dict[str, str]


class ReportDocument(Part):
    """The report of one run of Shanhai on one city."""

    schema_version: Literal[1]
    city: CityPart
    as_of: Day | None
    run_id: str
    results: tuple[ResultPart, ...]
    indicators: dict[str, IndicatorPart]
    findings: tuple[FindingPart, ...]
    provenance: ProvenancePart

    def district_name(self, district: str | None, lang: Lang) -> str:
        """Give the name of a district, or of the whole city for None."""
        if district is None:
            return Text("全市", "Whole city")[lang]
        names = {one.id: one.name for one in self.city.districts}
        return names[district][lang] if district in names else district


def read_report(text: str | bytes, name: str = "report.json") -> ReportDocument:
    """Read a report back.

    Raises
    ------
    ConfigError
        The text is no report of a version this program reads; the message says where it departs from it.
    """
    try:
        return ReportDocument.model_validate_json(text)
    except ValidationError as error:
        raise unreadable(name, error) from error


def unreadable(name: str, error: ValidationError) -> ConfigError:
    """Say in one sentence where a document departs from its schema."""
    first = error.errors(include_url=False, include_input=False)[0]
    place = "/".join(str(step) for step in first["loc"]) or "/"
    return ConfigError(
        Text(
            "文件 {name} 不符合已发布的格式（{place}：{fault}）；请用本版本重新运行 shanhai run 生成。",
            "{name} does not follow the published schema ({place}: {fault}); make it again with shanhai run.",
        ).format(name=name, place=place, fault=first["msg"])
    )
