"""Fonts for pictures: one with Chinese letters where the machine has one."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import ImageFont

VARIABLE = "SHANHAI_FONT"
_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.fonts",
    "~/.local/share/fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "~/Library/Fonts",
    "C:/Windows/Fonts",
)
# File, its bold sibling, and which face of the collection writes simplified Chinese.
_FACES = (
    ("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc", 2),
    ("NotoSansCJKsc-Regular.otf", "NotoSansCJKsc-Bold.otf", 0),
    ("NotoSansSC-Regular.otf", "NotoSansSC-Bold.otf", 0),
    ("SourceHanSansSC-Regular.otf", "SourceHanSansSC-Bold.otf", 0),
    ("SourceHanSansCN-Regular.otf", "SourceHanSansCN-Bold.otf", 0),
    ("msyh.ttc", "msyhbd.ttc", 0),
    ("PingFang.ttc", "PingFang.ttc", 0),
    ("Hiragino Sans GB.ttc", "Hiragino Sans GB.ttc", 0),
    ("wqy-microhei.ttc", "wqy-microhei.ttc", 0),
    ("wqy-zenhei.ttc", "wqy-zenhei.ttc", 0),
    ("DroidSansFallbackFull.ttf", "DroidSansFallbackFull.ttf", 0),
    ("simhei.ttf", "simhei.ttf", 0),
    ("simsun.ttc", "simsun.ttc", 0),
)
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@dataclass(frozen=True)
class Fonts:
    """A regular and a bold face; without files what Pillow brings, which has no Chinese letters."""

    regular: Path | None
    bold: Path | None
    face: int = 0

    @property
    def chinese(self) -> bool:
        """Whether Chinese letters can be written."""
        return self.regular is not None

    def at(self, size: int, *, bold: bool = False) -> Font:
        """Give a face in a size of pixels."""
        path = self.bold if bold else self.regular
        if path is None:
            return ImageFont.load_default(size)
        return ImageFont.truetype(path, size, index=self.face, layout_engine=ImageFont.Layout.BASIC)


def find_fonts() -> Fonts:
    """Find a font with Chinese letters: the one ``SHANHAI_FONT`` names, else one in the usual places."""
    named = os.environ.get(VARIABLE)
    if named is not None:
        path = Path(named)
        return Fonts(path, path) if path.is_file() else Fonts(None, None)
    files = _installed()
    for regular, bold, face in _FACES:
        if regular in files:
            return Fonts(files[regular], files.get(bold, files[regular]), face)
    return Fonts(None, None)


@cache
def _installed() -> dict[str, Path]:
    wanted = {name for regular, bold, _ in _FACES for name in (regular, bold)}
    found: dict[str, Path] = {}
    for folder in _FOLDERS:
        for path in sorted(Path(folder).expanduser().rglob("*.[ot]t[cf]")):
            if path.name in wanted:
                found.setdefault(path.name, path)
    return found
