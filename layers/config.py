"""``city.toml``: what it may say, read with all its faults reported together."""

from __future__ import annotations

import datetime as dt
import tomllib
from math import isfinite
from pathlib import Path  # noqa: TC003 - pydantic reads the annotations
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError
from pyproj import CRS
from pyproj.exceptions import CRSError

from layers.config_faults import faults_of
from layers.database_address import has_password, is_database
from layers.errors import ConfigError
from layers.kinds import SPECS, LayerKind
from layers.near_names import listed
from layers.study import ParameterValue
from layers.text import Text

MAX_CONFIG_BYTES = 4_000_000
POSITION_FIELDS = ("x", "y", "wkt")

Datum = Literal["wgs84", "cgcs2000", "gcj02", "bd09"]
FilterValue = str | int | float | bool


def fault(zh: str, en: str) -> PydanticCustomError:
    """Make a validation fault that says itself in both languages."""
    escaped = en.replace("{", "(").replace("}", ")")
    return PydanticCustomError("shanhai", escaped, {"zh": zh, "en": en})


def _both_languages(value: object) -> object:
    return {"zh": value, "en": value} if isinstance(value, str) else value


def _readable_crs(value: object) -> object:
    if isinstance(value, str):
        try:
            CRS.from_user_input(value)
        except CRSError:
            raise fault(
                f"认不出坐标系“{value[:60]}”；请写 EPSG 代码（如 EPSG:4547）或 WKT",
                f"no such coordinate system: {value[:60]!r}; write an EPSG code such as EPSG:4547, or WKT",
            ) from None
    return value


def _metric_crs(value: object) -> object:
    if isinstance(value, str):
        crs = CRS.from_user_input(_readable_crs(value))
        if not crs.is_projected or crs.axis_info[0].unit_name != "metre" or is_web_mercator(crs):
            raise fault(
                f"“{value[:60]}”不能量测：需要以米为单位的投影坐标系（网络墨卡托除外）",
                f"{value[:60]!r} cannot be measured in: give a projected system in metres, not Web Mercator",
            )
    return value


def is_web_mercator(crs: CRS) -> bool:
    """Tell whether a system is Web Mercator, whose areas are wrong everywhere but on the equator.

    Examples
    --------
    >>> is_web_mercator(CRS.from_epsg(3857)), is_web_mercator(CRS.from_epsg(4547))
    (True, False)
    """
    operation = crs.coordinate_operation
    return operation is not None and "Popular Visualisation" in operation.method_name


def _as_list(value: object) -> object:
    return value if isinstance(value, list | tuple) else [value]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Name(_Section):
    """A name in both languages; a plain string serves for both."""

    zh: str = Field(min_length=1, max_length=200)
    en: str = Field(min_length=1, max_length=200)

    @property
    def text(self) -> Text:
        """The name as the text type used everywhere else."""
        return Text(self.zh, self.en)


class CitySection(_Section):
    """``[city]``: which city, when, in which coordinate system."""

    id: str = Field(pattern=r"^[a-z0-9_-]{1,64}$", description="ASCII: a-z, 0-9, _ and -")
    name: Annotated[Name, BeforeValidator(_both_languages)]
    as_of: dt.date | None = None
    crs: Annotated[str | None, BeforeValidator(_metric_crs)] = None
    synthetic: bool = False
    residents: float | None = Field(default=None, ge=0)


class FourParameters(_Section):
    """A plane Helmert: shift in metres, rotation in seconds of arc (anticlockwise), scale in ppm."""

    dx: float
    dy: float
    rotation_s: float = Field(default=0.0, ge=-1_296_000, le=1_296_000)
    scale_ppm: float = Field(default=0.0, gt=-10_000, lt=10_000)


class TransformSection(_Section):
    """``[layers.<kind>.transform]``: from an independent system to a known one, in one of three ways."""

    crs: Annotated[str, BeforeValidator(_metric_crs)] = Field(description="the known system it leads to")
    affine: Annotated[tuple[float, ...] | None, Field(strict=False)] = Field(
        default=None, description="[a, b, c, d, e, f]: x' = a x + b y + c, y' = d x + e y + f"
    )
    four_parameters: FourParameters | None = None
    control_points: str | None = Field(
        default=None, min_length=1, max_length=4096, description="CSV with local_x, local_y, x, y"
    )
    method: Literal["similarity", "affine"] = Field(default="similarity", description="how points are fitted")
    limit_m: float = Field(default=1.0, gt=0, description="the largest residual accepted")

    @model_validator(mode="after")
    def _check(self) -> Self:
        ways = [self.affine, self.four_parameters, self.control_points]
        if sum(one is not None for one in ways) != 1:
            raise fault(
                "请在 affine、four_parameters、control_points 中恰好给出一种",
                "give exactly one of affine, four_parameters and control_points",
            )
        if self.affine is not None and (len(self.affine) != 6 or not all(map(isfinite, self.affine))):  # noqa: PLR2004 - a to f
            raise fault(
                "affine 应为六个数 [a, b, c, d, e, f]", "affine must be six numbers [a, b, c, d, e, f]"
            )
        return self


class LayerSection(_Section):
    """``[layers.<kind>]``: where a layer lies and how to read it."""

    path: str = Field(min_length=1, max_length=4096, description="relative to city.toml, or postgresql://...")
    layer: str | None = Field(default=None, min_length=1, max_length=1000)
    crs: Annotated[str | None, BeforeValidator(_readable_crs)] = None
    datum: Datum | None = None
    encoding: str | None = Field(default=None, max_length=40)
    as_of: dt.date | None = None
    proxy: bool = False
    attribution: str = Field(default="", max_length=1000)
    where: dict[
        str, Annotated[tuple[FilterValue, ...], BeforeValidator(_as_list), Field(strict=False, min_length=1)]
    ] = Field(default_factory=dict)
    fields: dict[str, str] = Field(default_factory=dict)
    transform: TransformSection | None = Field(
        default=None, description="for coordinates in a city's independent system"
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.transform is not None and (self.crs is not None or self.datum is not None):
            raise fault(
                "有 transform 时不要再写 crs 或 datum；目标坐标系写在 transform.crs",
                "leave out crs and datum beside transform; the system it leads to is transform.crs",
            )
        if is_database(self.path) and has_password(self.path):
            raise fault(
                "数据库地址里不要写口令；请用环境变量 PGPASSWORD 或 ~/.pgpass",
                "keep the password out of the database address; use PGPASSWORD or ~/.pgpass",
            )
        if self.encoding is not None:
            try:
                "".encode(self.encoding)
            except (LookupError, ValueError):
                raise fault(
                    f"没有“{self.encoding}”这种文本编码；常用 utf-8、gbk、gb18030",
                    f"no such text encoding: {self.encoding!r}; common ones are utf-8, gbk, gb18030",
                ) from None
        return self


class TargetsSection(_Section):
    """``[targets]``: plans to hold the city against."""

    plans: Annotated[tuple[str, ...], Field(strict=False)] = ()
    geography: dict[str, str] = Field(default_factory=dict)
    declared: str | None = None


class MapSection(_Section):
    """``[map]``: how the map is drawn."""

    basemap: str = Field(default="none", max_length=2000)
    key: str | None = Field(default=None, max_length=200, description="Tianditu's key; readable in the map")


def _layer_kinds(value: object) -> object:
    """Turn the known keys into kinds; the unknown stay text, and are then refused as such."""
    if not isinstance(value, dict):
        return value
    kinds = {kind.value: kind for kind in LayerKind}
    return {kinds.get(key, key): entry for key, entry in value.items()}


class CityConfig(_Section):
    """``city.toml`` as written."""

    schema_version: Literal[1] = Field(default=1, alias="schema")
    city: CitySection
    layers: Annotated[dict[LayerKind, LayerSection], BeforeValidator(_layer_kinds)]
    parameters: dict[str, ParameterValue] = Field(default_factory=dict)
    targets: TargetsSection = TargetsSection()
    map: MapSection = MapSection()
    findings: str | None = Field(
        default=None,
        min_length=1,
        max_length=4096,
        description="JSON list of what was found when the layers were made, relative to city.toml",
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if LayerKind.BOUNDARY not in self.layers and LayerKind.DISTRICTS not in self.layers:
            raise fault(
                "缺少行政区范围：请加 [layers.boundary]，或至少 [layers.districts]",
                "the city's area is missing: add [layers.boundary], or at least [layers.districts]",
            )
        return self

    def layer_faults(self) -> list[Text]:
        """Say which names under ``fields`` and ``where`` no such layer has."""
        found = []
        for kind, section in self.layers.items():
            if section.transform is not None and SPECS[kind].shape == "raster":
                found.append(
                    Text(
                        f"layers.{kind}.transform：栅格不能这样转换；请先配准到已知坐标系",
                        f"layers.{kind}.transform: not for rasters; warp it to a known system first",
                    )
                )
            known = [spec.name for spec in SPECS[kind].fields]
            extra = {"fields": list(POSITION_FIELDS), "where": []}
            for part in ("fields", "where"):
                for name in getattr(section, part):
                    names = known + extra[part]
                    if name not in names:
                        listing = listed(name, names)
                        found.append(
                            Text(
                                f"layers.{kind}.{part}.{name}：该图层没有这个字段{listing.zh}",
                                f"layers.{kind}.{part}.{name}: this layer has no such field{listing.en}",
                            )
                        )
        return found


def parse_config(text: str, where: str = "city.toml") -> CityConfig:
    r"""Read the text of a ``city.toml``.

    Raises
    ------
    ConfigError
        With every fault, each naming its key and what to do.

    Examples
    --------
    >>> parse_config('[city]\nid="a"\nname="A"\n[layers.boundary]\npath="a.shp"').city.name.en
    'A'
    """
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise ConfigError(
            Text(f"{where} 不是合法的 TOML：{error}", f"{where} is not valid TOML: {error}")
        ) from None
    return _validated(table, where)


def _validated(table: dict[str, Any], where: str) -> CityConfig:
    try:
        config = CityConfig.model_validate(table)
    except ValidationError as error:
        faults = faults_of(error, CityConfig)
    else:
        faults = config.layer_faults()
        if not faults:
            return config
    if len(faults) == 1:
        raise ConfigError(Text(f"{where}：{faults[0].zh}", f"{where}: {faults[0].en}"))
    raise ConfigError(
        Text(
            "\n  ".join([f"{where} 有 {len(faults)} 处错误：", *(one.zh for one in faults)]),
            "\n  ".join([f"{where} has {len(faults)} faults:", *(one.en for one in faults)]),
        )
    )


def load_config(path: Path) -> CityConfig:
    """Read ``city.toml``; all its faults are reported together.

    Raises
    ------
    ConfigError
        The file is missing, unreadable, not TOML, or says what it may not say.
    """
    try:
        if path.is_dir():
            path = path / "city.toml"
        if path.stat().st_size > MAX_CONFIG_BYTES:
            raise ConfigError(
                Text(
                    f"{path} 超过 {MAX_CONFIG_BYTES:,} 字节，不像 city.toml",
                    f"{path} is larger than {MAX_CONFIG_BYTES:,} bytes: this is no city.toml",
                )
            )
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, ValueError) as error:
        if isinstance(error, UnicodeDecodeError):
            zh, en = "请存为 UTF-8", "save it as UTF-8"
        elif isinstance(error, FileNotFoundError):
            zh, en = "没有这个文件；可用 shanhai init 生成", "no such file; shanhai init writes one"
        else:
            reason = getattr(error, "strerror", None) or str(error)
            zh = en = reason
        raise ConfigError(Text(f"读不了 {path}：{zh}", f"cannot read {path}: {en}")) from None
    return parse_config(text, path.name)


def config_schema() -> dict[str, Any]:
    """Give the JSON Schema of ``city.toml`` for editors.

    Examples
    --------
    >>> config_schema()["title"]
    'city.toml'
    """
    schema = CityConfig.model_json_schema()
    schema.update({"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "city.toml"})
    name = schema["$defs"]["CitySection"]["properties"]["name"]
    reference = name.pop("$ref")
    name["anyOf"] = [{"$ref": reference}, {"type": "string", "minLength": 1}]
    where = schema["$defs"]["LayerSection"]["properties"]["where"]
    many = where["additionalProperties"]
    where["additionalProperties"] = {"anyOf": [many, many["items"]]}
    return schema
