"""The map as a picture for a report: what a page opens on, drawn without a browser."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from PIL import Image, ImageDraw

from layers.text import Text
from maps.assets import palette, texts
from maps.classes import classes_of, comparable_target
from maps.fonts import Fonts, find_fonts
from maps.number_text import class_texts, value_text
from maps.packed import WORLD, world_units
from maps.static_ground import TIMES, Frame, Ground, rgb
from maps.static_text import INK, MUTED, Letter, Pen, latin
from maps.unpacked import unpack

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from layers.text import Lang
    from maps.model import Model

WIDTH, HEIGHT = 2200, 1400
_SIDE, _TOP, _FOOT, _MARGIN = 560, 150, 96, 30
_SEA, _LAND, _EDGE = "#dbe6ec", "#fbfaf6", "#4f6572"
_EQUATOR_M = 2 * math.pi * 6_378_137.0
_BACKGROUND = ("water",)
_SHOWN = ("parks", "red_line")
_MISSING = {"fill": "#e6eaec", "hatch": "diagonal", "ink": "#b4bec5"}
_AIR = 1.06
_WELL_FILLED = 0.45
"""Shares that come near the whole are drawn on a scale to 100 %."""


def draw_map(model: Model, lang: Lang, fonts: Fonts | None = None) -> bytes:
    """Draw the map of a page as a PNG: districts by the chosen indicator, red line, parks, legend, scale.

    Parameters
    ----------
    model
        The page, as read back.
    lang
        The language of the picture; without a font that has Chinese letters it is drawn in English.
    fonts
        What to write with; what the machine has, if not given.

    Returns
    -------
    The picture; the same page and fonts give the same bytes.
    """
    held = fonts or find_fonts()
    picture = _Picture(model.value, model.blobs, lang if held.chinese else "en", held)
    return picture.png()


def chosen_indicator(value: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Give the indicator a page opens on: missed, with a target for districts, with shapes."""
    drawn = {entry.get("indicator") for entry in value["layers"]}

    def weight(one: Mapping[str, Any]) -> int:
        against = 3 if comparable_target(one) and not one["binding"] else 0
        missed = 4 if one["status"] == "MISSED" else 0
        districts = 1 if one["districts"] else 0
        return 8 * (one["value"] is not None) + missed + against + 2 * (one["id"] in drawn) + districts

    best = max(value["indicators"], key=weight, default=None)
    return best if best is not None and weight(best) > 0 else None


class _Picture:
    """One picture while it is drawn."""

    def __init__(self, value: Mapping[str, Any], blobs: Mapping[str, str], lang: Lang, fonts: Fonts) -> None:
        self.value, self.blobs, self.lang, self.fonts = value, blobs, lang, fonts
        self.indicator = chosen_indicator(value)
        self.target = comparable_target(self.indicator) if self.indicator else None
        self.districts: list[Mapping[str, Any]] = value["ground"]["districts"]
        self.classes = classes_of(
            [self._value(one["id"]) for one in self.districts], self.target, palette()["ramps"]
        )
        self.frame = _frame(value["ground"]["bounds"])
        self.sheet = Image.new("RGB", (WIDTH, HEIGHT), "#ffffff")
        self.pen = Pen(self.sheet, fonts)
        self.layers = {
            kind: [one for one in value["layers"] if one.get("kind") == kind]
            for kind in (*_BACKGROUND, *_SHOWN)
        }

    def png(self) -> bytes:
        self.sheet.paste(self._ground().finished(), (_MARGIN, _TOP))
        self._frame_line()
        self._labels()
        self._title()
        self._legend()
        self._scale()
        self._north()
        self._foot()
        out = io.BytesIO()
        self.sheet.save(out, "PNG", optimize=False, compress_level=9)
        return out.getvalue()

    def _value(self, district: str) -> float | None:
        found = self.indicator["districts"].get(district) if self.indicator else None
        return None if found is None else found["value"]

    # the ground

    def _ground(self) -> Ground:
        ground = Ground(self.frame, _SEA)
        parts = {
            one["id"].removeprefix("ground-"): self._shapes(one) for one in self.value["ground"]["parts"]
        }
        if "land" in parts:
            ground.fill(parts["land"], {"fill": _LAND})
        self._fill_districts(ground)
        for kind in _BACKGROUND:
            self._lay(ground, kind, 1.0)
        self._lay(ground, "parks", 0.9)
        self._lay(ground, "red_line", 1.0)
        for name, width in (("land", 1.0), ("boundary", 1.6)):
            if name in parts:
                ground.line(parts[name], _EDGE, width)
        return ground

    def _fill_districts(self, ground: Ground) -> None:
        shapes = np.array(
            [_world(shapely.geometry.shape(one["shape"])) for one in self.districts], dtype=object
        )
        if not len(shapes):
            return
        at = np.array([self.classes.of(self._value(one["id"])) for one in self.districts])
        plain = {"fill": "#eef1ea"}
        ground.fill(shapes[at < 0], _MISSING if self.classes.colours else plain)
        for index, colour in enumerate(self.classes.colours):
            ground.fill(shapes[at == index], {"fill": colour})
        ground.line(shapes, "#ffffff", 2.4)
        ground.line(shapes, "#6d7f8a", 0.8)

    def _lay(self, ground: Ground, kind: str, strength: float) -> None:
        for entry in self.layers[kind]:
            if entry["shape"] != "polygon":
                continue
            shapes, classes = self._shapes(entry), self._classes(entry)
            for index, one in enumerate(entry["classes"]):
                style, here = _paler(kind, one["style"]), shapes[classes == index]
                ground.fill(here, style, strength=strength)
                if "stroke" in style:
                    ground.line(here, style["stroke"], float(style.get("width", 0.8)))

    def _shapes(self, entry: Mapping[str, Any]) -> NDArray[Any]:
        return unpack(entry, self.blobs[f"{entry['id']}-shapes"])[0]

    def _classes(self, entry: Mapping[str, Any]) -> NDArray[np.uint8]:
        return unpack(entry, self.blobs[f"{entry['id']}-shapes"])[1]

    # what is written

    def _pick(self, words: Mapping[str, str] | None, fallback: str = "") -> str:
        text = (words or {}).get(self.lang) or fallback
        return text if self.fonts.chinese or latin(text) else fallback or text

    def _say(self, key: str, **values: object) -> str:
        text = Text(texts()[key]["zh"], texts()[key]["en"])[self.lang]
        for name, value in values.items():
            text = text.replace("{" + name + "}", str(value))
        return text

    def _title(self) -> None:
        city = self.value["city"]
        big, small = Letter(52, bold=True), Letter(32, colour=MUTED)
        right = float(WIDTH - _MARGIN)
        if city["synthetic"]:
            badge, letter = self._say("synthetic"), Letter(28, bold=True, colour="#7a4f00")
            width = self.pen.width(badge, letter) + 36
            self.pen.draw.rectangle((right - width, 34, right, 84), outline=rgb("#a36a00"), width=3)
            self.pen.write((right - width / 2, 59), badge, letter, "mm")
            right -= width + 24
        name = self._pick(city["name"], city["id"])
        self.pen.write((_MARGIN, 24), self.pen.fitting(name, big, right - _MARGIN), big)
        facts = [self._say("as_of", date=city["as_of"]) if city["as_of"] else self._say("no_date")]
        if self.indicator:
            said = value_text(self.indicator["value"], self.indicator["unit"], self.lang)
            status = self._say(f"status_{self.indicator['status']}")
            facts.insert(0, f"{self._pick(self.indicator['title'], self.indicator['id'])} {said} ({status})")
        line = self.pen.fitting(" · ".join(facts), small, WIDTH - 2 * _MARGIN)
        self.pen.write((_MARGIN, 94), line, small)

    def _labels(self) -> None:
        """Write bigger districts first; a label that would touch another is left out."""
        taken: list[tuple[float, float, float, float]] = []
        unit = self.indicator["unit"] if self.indicator else ""
        for one in sorted(self.districts, key=lambda one: (-one["rank"], one["id"])):
            place = self.frame.pixels(world_units(np.array([one["label"]])).astype(float))[0]
            x, y = float(place[0]) + _MARGIN, float(place[1]) + _TOP
            value = self._value(one["id"])
            lines = [(self._pick(one["name"], one["id"]), Letter(28, bold=True, halo=4))]
            if value is not None:
                lines.append((value_text(value, unit, self.lang), Letter(25, halo=4)))
            wide = max(self.pen.width(*line) for line in lines)
            box = (x - wide / 2, y - 17 * len(lines), x + wide / 2, y + 17 * len(lines))
            if any(_meets(box, other) for other in taken) or not _inside(box):
                continue
            taken.append(box)
            for at, line in enumerate(lines):
                self.pen.write((x, y + 34 * (at - (len(lines) - 1) / 2)), *line, "mm")

    def _legend(self) -> None:
        x, y = WIDTH - _SIDE + 18, _TOP
        width = _SIDE - _MARGIN - 18
        if self.indicator and self.districts:
            title, letter = self._pick(self.indicator["title"], self.indicator["id"]), Letter(32, bold=True)
            for line in self.pen.wrapped(title, letter, width, 3):
                self.pen.write((x, y), line, letter)
                y += 42
            y = self._class_keys(x, y + 14, width)
        for kind in (*_SHOWN[::-1], *_BACKGROUND):
            for entry in [one for one in self.layers[kind] if one["shape"] == "polygon"][:1]:
                name = self._pick(entry["title"], kind) + (
                    f" ({self._say('proxy')})" if entry["proxy"] else ""
                )
                y = self._key(x, y, _paler(kind, entry["classes"][0]["style"]), name, width)
        y = self._key(x, y, {"stroke": _EDGE}, Text("行政区界", "city boundary")[self.lang], width)
        self._bars(x, y + 20, width)

    def _class_keys(self, x: int, y: int, width: int) -> int:
        unit = self.indicator["unit"] if self.indicator else ""
        told = class_texts(self.classes, unit, self.lang)
        for at in reversed(range(len(told))):
            side = {"above": "side_met", "below": "side_short"}.get(self.classes.sides[at])
            text = told[at] + (f" · {self._say(side)}" if side else "")
            y = self._key(x, y, {"fill": self.classes.colours[at], "stroke": "#7b8a94"}, text, width)
        if any(self._value(one["id"]) is None for one in self.districts):
            y = self._key(x, y, {**_MISSING, "stroke": "#9aa7b0"}, self._say("no_data"), width)
        if self.target:
            goal = value_text(self.target["value"], self.target["unit"], self.lang)
            sign = {">=": "≥", "<=": "≤"}.get(self.target["comparison"], self.target["comparison"])
            self.pen.write((x, y), f"{self._say('target')} {sign} {goal}", Letter(26, colour=MUTED))
            y += 40
        return y + 18

    def _key(self, x: int, y: int, style: Mapping[str, Any], text: str, width: int) -> int:
        box = Ground(Frame((0.0, 0.0, 46.0, 30.0), 46, 30), "#ffffff")
        area = np.array([shapely.box(2, 2, 44, 28)], dtype=object)
        box.fill(area, style)
        if "stroke" in style:
            box.line(area, style["stroke"], float(style.get("width", 1.2)))
        self.sheet.paste(box.finished(), (x, y))
        letter = Letter(27)
        told = self.pen.fitting(text[:1].upper() + text[1:], letter, width - 60)
        self.pen.write((x + 60, y + 15), told, letter, "lm")
        return y + 44

    def _bars(self, x: int, y: int, width: int) -> None:
        """Draw the districts' values as bars, the greatest first, as many as there is room for."""
        held = [(self._value(one["id"]), one) for one in self.districts]
        rows = sorted(
            ((value, one) for value, one in held if value is not None),
            key=lambda row: (-row[0], row[1]["id"]),
        )
        most = max([abs(value) for value, _ in rows], default=0.0)
        room = (HEIGHT - _FOOT - y) // 44
        if self.indicator is None or not most or room < 1 or min(value for value, _ in rows) < 0:
            return
        scale = 1.0 if self.indicator["unit"] == "ratio" and _WELL_FILLED < most <= 1 else most
        letter, names = Letter(25), int(width * 0.36)
        for at, (value, one) in enumerate(rows[:room]):
            top = y + 44 * at
            name = self.pen.fitting(self._pick(one["name"], one["id"]), letter, names - 12)
            self.pen.write((x, top + 16), name, letter, "lm")
            told = value_text(value, self.indicator["unit"], self.lang)
            end = x + width - 150
            self.pen.draw.rectangle((x + names, top + 4, end, top + 28), fill=rgb("#edf1f3"))
            long = (end - x - names) * value / scale
            fill = rgb(self.classes.colours[self.classes.of(value)])
            self.pen.draw.rectangle((x + names, top + 4, x + names + long, top + 28), fill, rgb("#7b8a94"))
            self.pen.write((x + width, top + 16), told, letter, "rm")
            if self.target and self.target["value"] <= scale:
                goal = x + names + (end - x - names) * self.target["value"] / scale
                self.pen.draw.line((goal, top, goal, top + 32), rgb(INK), 3)

    def _scale(self) -> None:
        north, south = self.value["ground"]["bounds"][3], self.value["ground"]["bounds"][1]
        metres = self.frame.per_pixel * _EQUATOR_M / WORLD * math.cos(math.radians((north + south) / 2))
        length = _round_down(metres * self.frame.width * 0.22)
        wide = length / metres
        x, y = _MARGIN + 30.0, HEIGHT - _FOOT - 34.0
        told = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"  # noqa: PLR2004 - metres of a kilometre
        for at in range(4):
            left = x + wide * at / 4
            fill = INK if at % 2 == 0 else "#ffffff"
            self.pen.draw.rectangle((left, y, left + wide / 4, y + 10), rgb(fill), rgb(INK), 2)
        letter = Letter(24, halo=4)
        self.pen.write((x, y - 8), "0", letter, "mb")
        self.pen.write((x + wide, y - 8), told, letter, "mb")

    def _north(self) -> None:
        x, y = _MARGIN + self.frame.width - 60, _TOP + 30
        big, mask = (Image.new(mode, (60 * TIMES, 84 * TIMES), 0) for mode in ("RGB", "L"))
        pen = ImageDraw.Draw(big)
        for shape, colour in (
            (((30, 2), (52, 78), (30, 62)), INK),
            (((30, 2), (8, 78), (30, 62)), "#ffffff"),
        ):
            pen.polygon([(a * TIMES, b * TIMES) for a, b in shape], rgb(colour), rgb(INK), 2 * TIMES)
        outline = [(a * TIMES, b * TIMES) for a, b in ((30, 0), (54, 80), (30, 64), (6, 80))]
        ImageDraw.Draw(mask).polygon(outline, 255)
        self.sheet.paste(big.reduce(TIMES), (x - 30, y), mask.reduce(TIMES))
        self.pen.write((x, y + 86), "N", Letter(28, bold=True, halo=3), "ma")

    def _foot(self) -> None:
        city, provenance = self.value["city"], self.value["provenance"]
        facts = [f"{self._say('run_id')} {city['run_id']}", f"{self._say('crs')} {city['crs']}"]
        facts += list(dict.fromkeys(one["attribution"] for one in provenance["inputs"] if one["attribution"]))
        letter = Letter(22, colour=MUTED)
        lines = self.pen.wrapped(" · ".join(facts), letter, WIDTH - 2 * _MARGIN, 2)
        for at, line in enumerate(lines):
            self.pen.write((_MARGIN, HEIGHT - _FOOT + 22 + 32 * at), line, letter)

    def _frame_line(self) -> None:
        right, bottom = _MARGIN + self.frame.width, _TOP + self.frame.height
        self.pen.draw.rectangle((_MARGIN, _TOP, right, bottom), outline=rgb("#9aa7b0"), width=2)


def _frame(bounds: Sequence[float]) -> Frame:
    """Give the piece of the world around a box of degrees that fills the picture's map."""
    width, height = WIDTH - _SIDE - _MARGIN, HEIGHT - _TOP - _FOOT
    west, south, east, north = bounds
    corners = world_units(np.array([[west, north], [east, south]])).astype(float)
    centre, size = corners.mean(axis=0), np.maximum(corners[1] - corners[0], 1.0)
    step = max(size[0] / width, size[1] / height) * _AIR
    half = np.array([width, height]) * step / 2
    (left, top), (right, bottom) = (centre - half).tolist(), (centre + half).tolist()
    return Frame((left, top, right, bottom), width, height)


def _world(shape: Any) -> Any:  # noqa: ANN401 - shapely has no narrower type for what transform gives
    return shapely.transform(shape, lambda points: world_units(points).astype(float))


def _paler(kind: str, style: Mapping[str, Any]) -> Mapping[str, Any]:
    """Let the districts' colours show through the hatch of the red line."""
    return {**style, "ink": "#e08a98"} if kind == "red_line" else style


def _meets(one: Sequence[float], other: Sequence[float]) -> bool:
    return one[0] < other[2] and one[2] > other[0] and one[1] < other[3] and one[3] > other[1]


def _inside(box: Sequence[float]) -> bool:
    return box[0] > _MARGIN and box[2] < WIDTH - _SIDE and box[1] > _TOP and box[3] < HEIGHT - _FOOT


def _round_down(length: float) -> float:
    """Give the greatest 1, 2 or 5 times a power of ten that is not more.

    Examples
    --------
    >>> _round_down(3700.0), _round_down(999.0)
    (2000.0, 500.0)
    """
    power = 10.0 ** math.floor(math.log10(length))
    return max(nice for nice in (1.0, 2.0, 5.0) if nice * power <= length) * power
