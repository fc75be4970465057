"""Lines that follow the same way, counted once: repeats, overlaps and double digitising taken out.

Lines are taken longest first. A stretch of a line repeats another when it runs beside the kept part of an
earlier one, within the tolerance and within 30 degrees of its direction, for at least ``shared_m`` (or for
the whole line, where the line is shorter). A crossing therefore loses nothing: lines that cross at more than
``asin(2 * tolerance / shared)`` share less than ``shared_m`` within the tolerance.
Everything is worked out in closed form on pairs of segments, so lengths are exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Geometries = NDArray[Any]

_ALONG = np.cos(np.radians(30.0))
_U_TURN = np.cos(np.radians(120.0))
_EXACT = 1e-9
_WHOLE = 1e-6


@dataclass(frozen=True, eq=False)
class PathsOnce:
    """What of each line is kept and what repeats another, in the order of the input (maybe empty)."""

    kept: Geometries
    repeated: Geometries


def paths_once(
    lines: Sequence[Any] | Geometries, tolerance_m: float, shared_m: float, keys: Sequence[str] | None = None
) -> PathsOnce:
    """Keep each physical path once.

    Parameters
    ----------
    lines
        LineStrings or MultiLineStrings in a metric system; empty ones and None stay empty.
    tolerance_m
        How far apart two digitisings of the same path may lie.
    shared_m
        Length over which two lines must run together before the stretch counts as the same path; six times
        the tolerance leaves crossings of 20 degrees and more whole.
    keys
        Names that decide between lines of the very same shape, so that the order of the input does not.

    Returns
    -------
    The kept and the repeated part of each line. Their lengths sum to the line's.

    Raises
    ------
    ValueError
        When the tolerance is negative or ``shared_m`` is not above it.

    Examples
    --------
    >>> from shapely import LineString
    >>> once = paths_once([LineString([(0, 0), (900, 0)]), LineString([(400, 2), (0, 2)])], 5, 30)
    >>> [part.length for part in once.kept]
    [900.0, 0.0]
    """
    if tolerance_m < 0 or shared_m <= tolerance_m:
        raise ValueError("the tolerance must not be negative and shared_m must be above it")
    given = np.asarray(lines, dtype=object)
    pieces = _cut_to_pieces(given)
    rank = _ranks(pieces, keys)
    segments = _segments_of(pieces)
    stretches = _near(segments, rank, tolerance_m + _EXACT, shared_m)
    removed = _removed(stretches, rank, pieces.length, tolerance_m, shared_m)
    return _rebuild(given, pieces, removed)


@dataclass(frozen=True, eq=False)
class _Pieces:
    """Single lines without U-turns: coordinates, and the feature each comes from."""

    coords: list[Floats]
    along: list[Floats]
    feature: Ints
    length: Floats


def _cut_to_pieces(lines: Geometries) -> _Pieces:
    """Take lines apart into single lines in a direction of their own, cut where they turn back."""
    parts, feature = shapely.get_parts(lines, return_index=True)
    parts = shapely.normalize(shapely.force_2d(parts))
    coords: list[Floats] = []
    owner: list[int] = []
    for part, index in zip(parts, feature, strict=True):
        points = shapely.get_coordinates(part)
        steps = np.diff(points, axis=0)
        moved = np.hypot(steps[:, 0], steps[:, 1]) > 0
        if not moved.any():
            continue
        points = points[np.concatenate(([True], moved))]
        for run in _runs(points):
            coords.append(run)
            owner.append(int(index))
    along = [np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(run, axis=0).T)))) for run in coords]
    length = np.array([run[-1] for run in along], dtype=np.float64)
    return _Pieces(coords, along, np.array(owner, dtype=np.int64), length)


def _runs(points: Floats) -> list[Floats]:
    """Cut a line at the points where it turns back by more than 120 degrees."""
    steps = np.diff(points, axis=0)
    steps = steps / np.hypot(steps[:, 0], steps[:, 1])[:, None]
    turns = np.flatnonzero((steps[:-1] * steps[1:]).sum(axis=1) < _U_TURN) + 1
    edges = [0, *turns.tolist(), len(points) - 1]
    return [points[start : stop + 1] for start, stop in pairwise(edges)]


def _ranks(pieces: _Pieces, keys: Sequence[str] | None) -> Ints:
    """Rank pieces: longest first, then by shape, then by key; the input's order decides nothing."""
    names = [str(i) for i in range(1 + int(pieces.feature.max(initial=-1)))] if keys is None else keys
    order = sorted(
        range(len(pieces.coords)),
        key=lambda i: (-pieces.length[i], pieces.coords[i].tobytes(), names[int(pieces.feature[i])]),
    )
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank


@dataclass(frozen=True, eq=False)
class _Segments:
    """Straight parts of pieces: start, unit direction, length, position along the piece, the piece."""

    start: Floats
    unit: Floats
    length: Floats
    at: Floats
    piece: Ints


def _segments_of(pieces: _Pieces) -> _Segments:
    if not pieces.coords:
        none = np.empty(0)
        return _Segments(np.empty((0, 2)), np.empty((0, 2)), none, none, np.empty(0, dtype=np.int64))
    start = np.vstack([run[:-1] for run in pieces.coords])
    step = np.vstack([np.diff(run, axis=0) for run in pieces.coords])
    length = np.hypot(step[:, 0], step[:, 1])
    counts = [len(run) - 1 for run in pieces.coords]
    piece = np.repeat(np.arange(len(counts)), counts)
    return _Segments(
        start, step / length[:, None], length, np.concatenate([run[:-1] for run in pieces.along]), piece
    )


@dataclass(frozen=True, eq=False)
class _Stretches:
    """Where a segment runs beside one of an earlier piece, one row per pair of segments.

    Columns of ``rows`` are positions along the piece and the other piece: ``low`` and ``high`` of the part
    beside the other segment (NaN where only its end is near), ``wide_low`` and ``wide_high`` of the part
    within the tolerance of it, and the other piece's positions that answer ``low`` and ``high``.
    """

    piece: Ints
    other: Ints
    rows: Floats


def _near(seg: _Segments, rank: Ints, tolerance: float, shared: float) -> _Stretches:
    """Find the stretches that run beside earlier pieces (or beside an earlier part of their own piece)."""
    one, two = _candidates(seg, rank, tolerance, shared)
    cosine = (seg.unit[one] * seg.unit[two]).sum(axis=1)
    along = np.abs(cosine) >= _ALONG
    one, two, cosine = one[along], two[along], cosine[along]
    gap = seg.start[one] - seg.start[two]
    first = (gap * seg.unit[two]).sum(axis=1)
    offset = seg.unit[two][:, 0] * gap[:, 1] - seg.unit[two][:, 1] * gap[:, 0]
    drift = seg.unit[two][:, 0] * seg.unit[one][:, 1] - seg.unit[two][:, 1] * seg.unit[one][:, 0]
    zero, end = np.zeros(len(one)), seg.length[one]
    low, high = _meet((zero, end), _between(first, cosine, zero, seg.length[two]))
    band = np.full(len(one), tolerance)
    low, high = _meet((low, high), _between(offset, drift, -band, band))
    wide_low, wide_high = low.copy(), high.copy()
    for reach in (zero, seg.length[two]):
        centre = -((gap - seg.unit[two] * reach[:, None]) * seg.unit[one]).sum(axis=1)
        away = gap + seg.unit[one] * centre[:, None] - seg.unit[two] * reach[:, None]
        half = tolerance**2 - (away**2).sum(axis=1)
        half = np.sqrt(np.where(half >= 0, half, np.nan))
        near_low, near_high = _meet((zero, end), (centre - half, centre + half))
        wide_low, wide_high = np.fmin(wide_low, near_low), np.fmax(wide_high, near_high)
    found = ~np.isnan(wide_low)
    own, others = seg.at[one], seg.at[two] + first
    columns = [own + low, own + high, own + wide_low, own + wide_high]
    columns += [others + cosine * low, others + cosine * high]
    return _Stretches(seg.piece[one][found], seg.piece[two][found], np.column_stack(columns)[found])


def _candidates(seg: _Segments, rank: Ints, tolerance: float, shared: float) -> tuple[Ints, Ints]:
    """Pair segments within the tolerance where the second belongs to an earlier piece or position.

    Most segments whose boxes come near are neighbours on one piece: only the others are measured.
    """
    start, end = seg.start, seg.start + seg.unit * seg.length[:, None]
    ends = np.stack([start, end], axis=1)
    shapes: Geometries = np.atleast_1d(np.asarray(shapely.linestrings(ends), dtype=object))
    low, high = np.minimum(start, end) - tolerance, np.maximum(start, end) + tolerance
    boxes = np.asarray(shapely.box(*low.T, *high.T), dtype=object).reshape(-1)
    one, two = shapely.STRtree(shapes).query(boxes)
    ours, theirs = rank[seg.piece[one]], rank[seg.piece[two]]
    returned = (ours == theirs) & (seg.at[one] - seg.at[two] - seg.length[two] > shared)
    chosen = (ours > theirs) | returned
    one, two = one[chosen].astype(np.int64), two[chosen].astype(np.int64)
    near = shapely.dwithin(shapes[one], shapes[two], tolerance)
    return one[near], two[near]


def _between(at_zero: Floats, slope: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Solve ``low <= at_zero + slope * u <= high`` for u; NaN where there is no u."""
    flat = np.abs(slope) < 1e-12  # noqa: PLR2004 - parallel to the last bit
    with np.errstate(divide="ignore", invalid="ignore"):
        a, b = (low - at_zero) / slope, (high - at_zero) / slope
    inside = (at_zero >= low) & (at_zero <= high)
    lowest = np.where(flat, np.where(inside, -np.inf, np.nan), np.minimum(a, b))
    highest = np.where(flat, np.where(inside, np.inf, np.nan), np.maximum(a, b))
    return lowest, highest


def _meet(one: tuple[Floats, Floats], two: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    """Intersect intervals; NaN where they do not meet."""
    low, high = np.maximum(one[0], two[0]), np.minimum(one[1], two[1])
    empty = ~(high >= low)
    return np.where(empty, np.nan, low), np.where(empty, np.nan, high)


def _removed(
    near: _Stretches, rank: Ints, length: Floats, tolerance: float, shared: float
) -> dict[int, list[tuple[float, float]]]:
    """Decide piece by piece, in rank order, which stretches repeat what earlier pieces keep."""
    if not len(near.piece):
        return {}
    order = np.lexsort((near.rows[:, 2], near.other, rank[near.piece]))
    pieces, others, table = near.piece[order], near.other[order], near.rows[order]
    starts = np.flatnonzero(np.diff(pieces, prepend=-1))
    stops = np.append(starts[1:], len(pieces))
    removed: dict[int, list[tuple[float, float]]] = {}
    for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
        piece = int(pieces[start])
        rows = _beside_kept(table[start:stop], others[start:stop], removed)
        enough = min(shared, float(length[piece]) - _WHOLE)
        gone = [pair for pair in _joined(rows, tolerance) if pair[1] - pair[0] >= enough - _EXACT]
        if gone:
            removed[piece] = gone
    return removed


def _beside_kept(rows: Floats, others: Ints, removed: dict[int, list[tuple[float, float]]]) -> Floats:
    """Leave out what runs beside a stretch that was itself removed."""
    if not any(other in removed for other in set(others.tolist())):
        return rows
    kept: list[Floats] = []
    for row, other in zip(rows, others.tolist(), strict=True):
        kept.extend(_clear_of(row, removed.get(other, [])))
    return np.array(kept).reshape(-1, 6)


def _clear_of(row: Floats, gone: list[tuple[float, float]]) -> list[Floats]:
    """Cut one stretch to the parts whose answer on the other piece is kept."""
    if np.isnan(row[0]):
        return [] if gone else [row]
    low, high, other_low, other_high = row[[0, 1, 4, 5]].tolist()
    first, last = min(other_low, other_high), max(other_low, other_high)
    if first == last or all(stop <= first or start >= last for start, stop in gone):
        return [row]
    turn = (high - low) / (other_high - other_low)
    parts = _without((first, last), gone)
    ends = [sorted((low + (a - other_low) * turn, low + (b - other_low) * turn)) for a, b in parts]
    return [np.array([a, b, a, b, np.nan, np.nan]) for a, b in ends]


def _without(span: tuple[float, float], gone: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Take intervals out of a span."""
    parts, at = [], span[0]
    for start, stop in [*sorted(gone), (span[1], span[1])]:
        if start > at:
            parts.append((at, min(start, span[1])))
        at = max(at, stop)
        if at >= span[1]:
            break
    return parts


def _joined(rows: Floats, gap: float) -> list[tuple[float, float]]:
    """Join stretches less than ``gap`` apart and cut each to where it runs beside, not before or behind."""
    if not len(rows):
        return []
    rows = rows[np.argsort(rows[:, 2], kind="stable")]
    reach = np.maximum.accumulate(rows[:, 3])
    begins = np.flatnonzero(np.concatenate(([True], rows[1:, 2] > reach[:-1] + gap)))
    beside = ~np.isnan(rows[:, 0])
    low = np.minimum.reduceat(np.where(beside, rows[:, 0], np.inf), begins)
    high = np.maximum.reduceat(np.where(beside, rows[:, 1], -np.inf), begins)
    return [(float(a), float(b)) for a, b in zip(low, high, strict=True) if b > a]


def _rebuild(given: Geometries, pieces: _Pieces, removed: dict[int, list[tuple[float, float]]]) -> PathsOnce:
    """Put the kept and the repeated parts of each line together again; untouched lines stay as they are."""
    kept = np.array([shapely.MultiLineString() if shape is None else shape for shape in given], dtype=object)
    repeated = np.full(len(given), shapely.MultiLineString(), dtype=object)
    touched = {int(pieces.feature[piece]) for piece in removed}
    left: dict[int, list[Any]] = {feature: [] for feature in touched}
    taken: dict[int, list[Any]] = {feature: [] for feature in touched}
    for piece, feature in enumerate(pieces.feature.tolist()):
        if feature not in touched:
            continue
        gone = removed.get(piece, [])
        whole = (0.0, float(pieces.length[piece]))
        left[feature] += [_between_positions(pieces, piece, part) for part in _without(whole, gone)]
        taken[feature] += [_between_positions(pieces, piece, part) for part in gone]
    for feature in touched:
        kept[feature] = _together(left[feature])
        repeated[feature] = _together(taken[feature])
    return PathsOnce(kept, repeated)


def _between_positions(pieces: _Pieces, piece: int, part: tuple[float, float]) -> Any:  # noqa: ANN401 - a shape
    """Cut a piece between two positions along it."""
    coords, along = pieces.coords[piece], pieces.along[piece]
    inner = coords[(along > part[0]) & (along < part[1])]
    ends = [[np.interp(at, along, coords[:, 0]), np.interp(at, along, coords[:, 1])] for at in part]
    return shapely.LineString(np.vstack([ends[:1], inner, ends[1:]]))


def _together(parts: list[Any]) -> Any:  # noqa: ANN401 - a shape
    """Make one shape of lines: the line itself, or a MultiLineString."""
    real = [part for part in parts if part.length > _WHOLE]
    return real[0] if len(real) == 1 else shapely.MultiLineString(real)
