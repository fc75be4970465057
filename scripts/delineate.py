"""``shanhai delineate-source-zone``: draft protection zones for a reservoir or a river intake."""

from __future__ import annotations

import tempfile
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import shapely
import typer
from pyproj import Transformer

from analyses.delineation import (
    ReservoirDistances,
    delineate_reservoir,
    delineate_river_intake,
    recalled_distances,
)
from geo.watershed import WatershedError, watershed
from layers.config import load_config
from layers.errors import ConfigError
from layers.kinds import SPECS, LayerKind
from layers.near_names import listed
from layers.open_study import open_study
from layers.text import Text
from scripts.app import run_alone
from scripts.assessment import reading
from scripts.console import Console
from scripts.files import require_free, write_whole
from scripts.options import ConfigArgument, DebugOption, LangOption

if TYPE_CHECKING:
    from shapely import Point
    from shapely.geometry.base import BaseGeometry

    from analyses.delineation import DraftZones, RiverDistances
    from layers.study import Study

NAME = "delineate-source-zone"
HELP = """由给定距离草拟饮用水水源保护区。Draft drinking-water source zones from given distances.

官方公布的图形优先；草案仅用于尚无图形的水源。Official polygons come first; drafts serve where there are none.

\b
例 Examples:
  shanhai delineate-source-zone city.toml --water R1 --kind reservoir_small --out draft.gpkg
  shanhai delineate-source-zone city.toml --river 3 --intake 114.03,22.58 --kind river \\
      --set first_land_m=100 --out draft.gpkg
"""


def command(
    config: ConfigArgument,
    out: Annotated[Path, typer.Option("--out", "-o", help="GeoPackage 文件 file to write")],
    kind: Annotated[
        str, typer.Option("--kind", help="reservoir_small | reservoir_medium | reservoir_large | river")
    ],
    water: Annotated[
        str | None,
        typer.Option("--water", help="水域编号或名称 id or name of a water", show_default=False),
    ] = None,
    river: Annotated[
        str | None,
        typer.Option("--river", help="河流编号或名称 id or name of a river", show_default=False),
    ] = None,
    intake: Annotated[
        str | None, typer.Option("--intake", metavar="LON,LAT", help="取水口 intake", show_default=False)
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=METRES", help="自定距离 a distance of yours", show_default=False),
    ] = None,
    no_watershed: Annotated[
        bool, typer.Option("--no-watershed", help="不按地形推求流域 do not derive the watershed from terrain")
    ] = False,
    quasi: Annotated[bool, typer.Option("--quasi", help="同时划准保护区 draw a quasi zone too")] = False,
    lang: LangOption = None,
    debug: DebugOption = False,
) -> int:
    """Draft zones and write them as a layer of kind ``source_zones``."""
    del debug
    if (water is None) == (river is None):
        raise typer.BadParameter("--water | --river", param_hint="--water / --river")
    require_free(out, ".gpkg")
    console = Console(lang)
    with console.progress() as progress:
        study = open_study(load_config(config), config.parent, progress=reading(progress))
        distances = _distances(kind, settings or [])
        place = None if intake is None else _intake(intake, study)
        if water is not None:
            drafted = _reservoir(study, water, distances, place, derive=not no_watershed, quasi=quasi)
        else:
            drafted = _river(study, str(river), distances, place, derive=not no_watershed, quasi=quasi)
    _write(drafted, out)
    for note in drafted.notes:
        console.note(note)
    console.say(str(out))
    return 0


def _reservoir(
    study: Study,
    name: str,
    distances: ReservoirDistances | RiverDistances,
    intake: Point | None,
    *,
    derive: bool,
    quasi: bool,
) -> DraftZones:
    if not isinstance(distances, ReservoirDistances):
        raise ConfigError(Text("--water 需配 reservoir_* 类型", "--water needs a reservoir_* kind"))
    shape = _feature(study, LayerKind.WATER, name)
    basin = _basin(study, shape) if derive else None
    return delineate_reservoir(
        shape, distances, study.crs, name=name, intake=intake, watershed=basin, quasi=quasi
    )


def _river(
    study: Study,
    name: str,
    distances: ReservoirDistances | RiverDistances,
    intake: Point | None,
    *,
    derive: bool,
    quasi: bool,
) -> DraftZones:
    if isinstance(distances, ReservoirDistances) or intake is None:
        raise ConfigError(
            Text("--river 需配 --kind river 与 --intake", "--river needs --kind river and --intake")
        )
    line = _feature(study, LayerKind.RIVERS, name)
    basin = _basin(study, intake) if derive and quasi else None
    return delineate_river_intake(
        line,  # type: ignore[arg-type]  # the layer's shape is checked on reading
        intake,
        distances,
        study.crs,
        name=name,
        watershed=basin,
        quasi=quasi,
    )


def _distances(kind: str, settings: list[str]) -> ReservoirDistances | RiverDistances:
    distances = recalled_distances(kind)
    names = [one.name for one in fields(distances) if one.name.endswith("_m")]
    for setting in settings:
        name, _, number = setting.partition("=")
        if name not in names:
            near = listed(name, names)
            raise ConfigError(Text(f"--set：没有距离 {name}{near.zh}", f"--set: no distance {name}{near.en}"))
        try:
            distances = replace(distances, **{name: float(number)})  # type: ignore[arg-type]  # named above
        except ValueError:
            raise ConfigError(
                Text(f"--set {setting}：应为数字（米）", f"--set {setting}: give a number of metres")
            ) from None
    return distances


def _intake(said: str, study: Study) -> Point:
    try:
        lon, lat = (float(part) for part in said.split(","))
    except ValueError:
        raise ConfigError(
            Text(f"--intake {said}：应为 经度,纬度", f"--intake {said}: give longitude,latitude")
        ) from None
    x, y = Transformer.from_crs(4326, study.crs, always_xy=True).transform(lon, lat)
    return shapely.Point(x, y)


def _feature(study: Study, kind: LayerKind, name: str) -> BaseGeometry:
    if kind not in study.layers:
        title = SPECS[kind].title
        raise ConfigError(
            Text(f"缺图层 {title.zh}（[layers.{kind}]）", f"layer missing: {title.en} ([layers.{kind}])")
        )
    frame = study.frame(kind)
    chosen = frame["id"] == name
    if "name" in frame:
        chosen |= frame["name"] == name
    if not chosen.any():
        known = [str(one) for one in frame.get("name", frame["id"]).dropna()]
        near = listed(name, known[:20])
        raise ConfigError(Text(f"{kind} 中没有 {name}{near.zh}", f"{kind} has no {name}{near.en}"))
    return shapely.union_all(frame.loc[chosen].geometry.to_numpy())


def _basin(study: Study, place: BaseGeometry) -> BaseGeometry | None:
    terrain = study.surfaces.get(LayerKind.TERRAIN)
    if terrain is None:
        return None
    try:
        return watershed(terrain, place, study.crs).shape
    except WatershedError as error:
        raise ConfigError(
            Text(
                f"无法由地形推求流域：{error}；可加 --no-watershed",
                f"no watershed: {error}; try --no-watershed",
            )
        ) from error


def _write(drafted: DraftZones, out: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "zones.gpkg"
        drafted.frame.to_file(path, layer="source_zones")
        write_whole(out, path.read_bytes())


if __name__ == "__main__":
    run_alone(command, HELP)
