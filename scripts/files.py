"""Writing one file, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from analyses.outputs.run_document import RUN_JSON
from layers.errors import ConfigError
from layers.text import Text

HTML = (".html", ".htm")


def require_free(path: Path | None, *suffixes: str) -> None:
    """Refuse to write where something of another kind, or a part of a run, would be lost.

    Commands ask before they begin to work. A file that carries one of the suffixes is replaced, as it is what
    the option left the last time; no path is no wish to write.

    Raises
    ------
    ConfigError
        There is a folder, a file with another suffix, or the file would lie in the folder of a run.
    """
    if path is None:
        return
    shown = " / ".join(suffixes)
    if (path.parent / RUN_JSON).is_file():
        raise ConfigError(
            Text(
                f"{path.parent} 是一次运行的结果文件夹，其中的文件由 {RUN_JSON} 记录，"
                f"不在其中写入 {path.name}；请换一个位置",
                f"{path.parent} is the folder of a run, whose files {RUN_JSON} vouches for, so {path.name} "
                "is not written there; choose another place",
            )
        )
    if path.is_dir():
        raise ConfigError(
            Text(f"{path} 是文件夹；请给出文件名（{shown}）", f"{path} is a folder; name a file ({shown})")
        )
    if path.exists() and path.suffix.lower() not in suffixes:
        raise ConfigError(
            Text(
                f"{path} 已存在且不是 {shown} 文件，不覆盖；请换一个文件名",
                f"{path} is already there and is no {shown} file, so it is not overwritten; "
                "choose another name",
            )
        )


def write_whole(path: Path, content: bytes) -> None:
    """Write a file through a temporary one beside it, so that it is never seen half-written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
