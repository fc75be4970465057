"""Which encoding the text of a Shapefile is in: its .cpg, else UTF-8 where it all decodes, else GB18030."""

from __future__ import annotations

import zipfile
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from layers.errors import DataError
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layers.formats import SourceFile

_BLOCK = 1 << 20


def shapefile_encoding(found: SourceFile) -> str:
    """Find the encoding of a Shapefile's attribute table.

    Raises
    ------
    DataError
        The text is neither UTF-8 nor GB18030 and no .cpg says what it is.
    """
    said = _declared(found)
    if said:
        return said
    for encoding in ("utf-8", "gb18030"):
        if all(_decodes(field, encoding) for field in _texts(found)):
            return encoding
    raise DataError(
        Text(
            f"{found.shown}：文本既不是 UTF-8 也不是 GB18030；请在该图层写明 encoding",
            f"{found.shown}: text is neither UTF-8 nor GB18030; name the layer's encoding",
        )
    )


def _decodes(field: bytes, encoding: str) -> bool:
    """Tell whether a field decodes; a character cut in two at the field's end does not count against it."""
    try:
        field.decode(encoding)
    except UnicodeDecodeError as error:
        return error.start >= len(field) - 3 and error.end == len(field) and error.start > 0
    return True


def _declared(found: SourceFile) -> str | None:
    text = b"".join(_bytes_of(found, ".cpg")).decode("ascii", "ignore").strip().lower()
    names = {"65001": "utf-8", "936": "gb18030", "gbk": "gb18030", "gb2312": "gb18030", "54936": "gb18030"}
    text = names.get(text.removeprefix("cp"), text)
    try:
        "".encode(text or "no such encoding")
    except (LookupError, ValueError):
        return None
    return text


def _bytes_of(found: SourceFile, suffix: str) -> Iterator[bytes]:
    if found.path.suffix.lower() == ".zip":
        with zipfile.ZipFile(found.path) as archive:
            wanted = str(PurePosixPath(found.inner).with_suffix(suffix)).lower()
            for name in archive.namelist():
                if name.lower() == wanted:
                    with archive.open(name) as file:
                        while block := file.read(_BLOCK):
                            yield block
        return
    for member in found.members:
        if member.suffix.lower() == suffix:
            with member.open("rb") as file:
                while block := file.read(_BLOCK):
                    yield block


def _texts(found: SourceFile) -> Iterator[bytes]:
    """Give the names of the table's fields and every value of its text fields (dBase III layout)."""
    blocks = _bytes_of(found, ".dbf")
    data = next(blocks, b"")
    header = int.from_bytes(data[8:10], "little")
    length = int.from_bytes(data[10:12], "little")
    if length == 0 or len(data) < header:
        return
    spans, at = [], 1
    for start in range(32, header - 31, 32):
        field = data[start : start + 32]
        if field[:1] == b"\r":
            break
        yield field[:11].split(b"\x00")[0]
        if field[11:12] == b"C":
            spans.append((at, at + field[16]))
        at += field[16]
    rest = data[header:]
    while rest:
        whole = len(rest) // length * length
        for row in range(0, whole, length):
            for start, end in spans:
                yield rest[row + start : row + end].rstrip(b" \x00")
        more = next(blocks, b"")
        if not more:
            return
        rest = rest[whole:] + more
