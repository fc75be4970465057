"""The picture of the map that a report may carry: PNG or JPEG, by its first bytes."""

from __future__ import annotations

from layers.errors import ConfigError
from layers.text import Text

_STARTS = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


def media_type(picture: bytes) -> str:
    r"""Give the media type of a picture.

    Raises
    ------
    ConfigError
        It is neither PNG nor JPEG.

    Examples
    --------
    >>> media_type(b"\xff\xd8\xff\xe0")
    'image/jpeg'
    """
    for start, name in _STARTS.items():
        if picture.startswith(start):
            return name
    raise no_picture()


def no_picture() -> ConfigError:
    """Make the error for what is no picture."""
    return ConfigError(
        Text("地图图片不是可用的 PNG 或 JPEG 文件。", "the map picture is no usable PNG or JPEG file.")
    )
