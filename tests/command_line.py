"""Calling the command line from tests: in this process, through the door every error passes."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from scripts.app import guarded, make_app

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """What was said of the error: without the name of the program, one line."""
        lines = [one for one in self.err.splitlines() if one]
        assert "Traceback" not in self.err
        assert len(lines) == 1, self.err
        assert lines[0].startswith("shanhai: ")
        return lines[0].removeprefix("shanhai: ")


def shanhai(*arguments: object) -> Ended:
    """Run a command in this process."""
    app = make_app()

    def start(words: list[str]) -> object:
        return app(words, standalone_mode=False, prog_name="shanhai")

    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = guarded(start, [*map(str, arguments)])
    return Ended(code, out.getvalue(), err.getvalue())


def process(*arguments: object, **environment: str) -> subprocess.Popen[str]:
    """Start a command in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "scripts.entry", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def shanhai_process(*arguments: object, **environment: str) -> Ended:
    """Run a command in a process of its own."""
    started = process(*arguments, **environment)
    out, err = started.communicate(timeout=120)
    return Ended(started.returncode, out, err)
