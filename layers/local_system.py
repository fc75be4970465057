"""Layers in a city's independent system: brought to a known one as the user says, never by guessing."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from geo.fit import Fit, FitError, PlaneTransform, fit_affine, fit_similarity, four_parameters
from layers.catalogue import finding
from layers.errors import DataError
from layers.formats import fingerprint, locate, refuse
from layers.read_csv import decoded
from layers.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from layers.config import LayerSection, TransformSection
    from layers.findings import Finding
    from layers.kinds import LayerKind

COLUMNS = ("local_x", "local_y", "x", "y")
MAX_POINTS = 10_000
SPARE = 0.1
"""How far beyond its control points, in parts of their width, a fit is still trusted."""
_LOCAL_X, _LOCAL_Y = (50_000.0, 250_000.0), (-20_000.0, 100_000.0)


def looks_independent(bounds: NDArray[np.float64]) -> bool:
    """Tell whether coordinates are as small as those of a city's independent system.

    Shenzhen's run from about 80,000 to 180,000 and from 0 to 60,000; a wider window is taken.

    Examples
    --------
    >>> looks_independent(np.array([95_000.0, 10_000.0, 150_000.0, 42_000.0]))
    True
    """
    xs, ys = bounds[[0, 2]], bounds[[1, 3]]
    return bool(
        (xs > _LOCAL_X[0]).all() and (xs < _LOCAL_X[1]).all() and (ys > _LOCAL_Y[0]).all()
        and (ys < _LOCAL_Y[1]).all()
    )  # fmt: skip


HINT = Text(
    "像城市独立坐标（如深圳独立坐标系）；请用 [layers.….transform] 给出转换参数或控制点，本程序不作猜测",
    "they look like a city's independent system, such as Shenzhen's: give its parameters or control points "
    "under [layers.<kind>.transform]; they are never guessed",
)


def to_known(
    frame: gpd.GeoDataFrame, section: LayerSection, kind: LayerKind, base: Path
) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Bring a layer from its independent system to the known one; how well it fits is a finding.

    Raises
    ------
    DataError
        Control points are missing, unreadable, too few, on one line, or do not fit within the limit.
    """
    wanted = section.transform
    if wanted is None:
        return frame, []
    crs = CRS.from_user_input(wanted.crs)
    transform, findings = _given(wanted, frame, kind, base)
    if transform.determinant <= 0:
        raise _refuse(
            kind,
            "转换会使图形成镜像；请核对 x、y 的次序",
            "the transformation mirrors the map; check the order of x and y",
        )
    said = Text(
        f"{kind}：从独立坐标系转换到 {wanted.crs}（比例 {transform.scale:.8f}，"
        f"旋转 {transform.rotation_deg:.6f}°）",
        f"{kind}: from an independent system to {wanted.crs} (scale {transform.scale:.8f}, rotation "
        f"{transform.rotation_deg:.6f} degrees)",
    )
    findings.insert(0, finding("crs.local", said, layer=kind.value))
    shapes = shapely.transform(frame.geometry.to_numpy(), transform.applied)
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=crs), crs=crs), findings


def described(section: LayerSection, crs: str, base: Path) -> str:
    """Say in what system a layer came, for its source; control points by their content."""
    if section.transform is None:
        return crs
    values = section.transform.model_dump(exclude_none=True, exclude={"crs"})
    points = points_sha256(section, base)
    return f"local, to {section.transform.crs} by {values | ({'sha256': points} if points else {})}"


def points_sha256(section: LayerSection, base: Path) -> str | None:
    """Hash the table of control points that a layer is moved by; None where it is not.

    Raises
    ------
    DataError
        There is no such file.
    """
    if section.transform is None or section.transform.control_points is None:
        return None
    return fingerprint(locate(section.transform.control_points, base))[0]


def _given(
    wanted: TransformSection, frame: gpd.GeoDataFrame, kind: LayerKind, base: Path
) -> tuple[PlaneTransform, list[Finding]]:
    if wanted.affine is not None:
        return PlaneTransform(*wanted.affine), []
    if wanted.four_parameters is not None:
        return four_parameters(**wanted.four_parameters.model_dump()), []
    local, known = _points(str(wanted.control_points), base)
    try:
        fit = (fit_affine if wanted.method == "affine" else fit_similarity)(local, known)
    except FitError as error:
        zh = "控制点太少或共线（相似变换至少 3 个，仿射至少 4 个且不共线）"
        raise _refuse(kind, zh, f"the control points cannot be fitted: {error}") from None
    if fit.largest > wanted.limit_m:
        worst = int(np.argmax(fit.residuals)) + 1
        raise _refuse(
            kind,
            f"控制点拟合的最大残差 {fit.largest:.3f} m（第 {worst} 点）超过 limit_m = {wanted.limit_m:g}；"
            "请核对该点",
            f"the control points leave up to {fit.largest:.3f} m (point {worst}), beyond limit_m = "
            f"{wanted.limit_m:g}; check that point",
        )
    return fit.transform, [_fitted(fit, kind), *_beyond(frame, local, kind)]


def _fitted(fit: Fit, kind: LayerKind) -> Finding:
    count = len(fit.residuals)
    said = Text(
        f"{kind}：由 {count} 个控制点拟合，残差均方根 {fit.rms:.3f} m，最大 {fit.largest:.3f} m",
        f"{kind}: fitted to {count} control points; residuals {fit.rms:.3f} m rms, "
        f"{fit.largest:.3f} m at most",
    )
    return finding("crs.fitted", said, layer=kind.value)


def _beyond(frame: gpd.GeoDataFrame, local: NDArray[np.float64], kind: LayerKind) -> list[Finding]:
    """Warn where features lie well beyond the control points: there the fit is not tested."""
    hull = shapely.convex_hull(shapely.multipoints(local))
    hull = shapely.buffer(hull, SPARE * float(np.ptp(local, axis=0).max()))
    shapes = frame.geometry.to_numpy()
    there = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    away = int((~shapely.intersects(hull, shapes[there])).sum())
    if not away:
        return []
    said = Text(
        f"{kind}：{away} 个要素在控制点范围以外，转换精度没有检验",
        f"{kind}: {away} features lie beyond the control points, where the fit is not tested",
    )
    return [finding("crs.fit_beyond", said, layer=kind.value)]


def _points(shown: str, base: Path) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    found = locate(shown, base)
    if found.format != "csv":
        raise refuse(shown, "控制点应为 CSV 表", "control points must be a CSV table")
    text, _ = decoded(found, None)
    try:
        rows = list(csv.DictReader(io.StringIO(text)))[: MAX_POINTS + 1]
        names = {str(name).strip().casefold(): name for name in rows[0]} if rows else {}
        values = np.array([[float(row[names[one]]) for one in COLUMNS] for row in rows], dtype=float)
    except (KeyError, TypeError, ValueError, csv.Error):
        raise _unreadable(shown) from None
    if not len(values) or len(values) > MAX_POINTS or not np.isfinite(values).all():
        raise _unreadable(shown)
    return values[:, :2], values[:, 2:]


def _unreadable(shown: str) -> DataError:
    return refuse(
        shown,
        "每个控制点需要四个数：local_x、local_y、x、y",
        "each control point needs four numbers: local_x, local_y, x, y",
    )


def _refuse(kind: LayerKind, zh: str, en: str) -> DataError:
    return DataError(Text(f"{kind}：{zh}", f"{kind}: {en}"))
