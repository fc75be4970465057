"""What a command says: results on standard output, progress and errors on standard error."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from typing import TYPE_CHECKING

import typer
from rich.console import Console as RichConsole

from layers.text import Text, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from layers.text import Lang


def language(arguments: Sequence[str], environment: Mapping[str, str]) -> Lang:
    """Choose the language: ``--lang`` first, then ``SHANHAI_LANG``, then the locale; Chinese by default.

    Examples
    --------
    >>> language(["run", "--lang", "en"], {}), language(["run"], {"LANG": "en_GB.UTF-8"}), language([], {})
    ('en', 'en', 'zh')
    """
    for index, argument in enumerate(arguments):
        if argument == "--lang" and index + 1 < len(arguments):
            return "en" if arguments[index + 1] == "en" else "zh"
        if argument.startswith("--lang="):
            return "en" if argument == "--lang=en" else "zh"
    chosen = environment.get("SHANHAI_LANG") or environment.get("LC_ALL") or environment.get("LANG") or ""
    return "en" if chosen.lower().startswith("en") else "zh"


def timed(text: Text, elapsed_s: float, expected_s: float | None = None) -> Text:
    """Add the seconds gone by, and about how many in all where an earlier run tells.

    Examples
    --------
    >>> timed(Text("读取", "reading"), 12.3).en, timed(Text("读取", "reading"), 12.3, 40).en
    ('reading (12 s)', 'reading (12 s of about 40 s)')
    """
    if expected_s is None:
        return Text(f"{text.zh}（{elapsed_s:.0f} 秒）", f"{text.en} ({elapsed_s:.0f} s)")
    return Text(
        f"{text.zh}（{elapsed_s:.0f} 秒，共约 {expected_s:.0f} 秒）",
        f"{text.en} ({elapsed_s:.0f} s of about {expected_s:.0f} s)",
    )


class _Lines(RichConsole):
    """Goes on where nobody reads any more: the exit code is the verdict's, whoever listens."""

    def on_broken_pipe(self) -> None:
        """Say no more."""
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), self.file.fileno())


class Console:
    """Says things in one language; progress only on a terminal, never in a pipe.

    ``expected_s`` may be set to about how long the command will take.
    """

    def __init__(self, lang: str | None = None) -> None:
        if lang not in (None, "zh", "en"):
            raise typer.BadParameter("zh | en", param_hint="--lang")
        self.lang: Lang = language(["--lang", lang] if lang else sys.argv[1:], os.environ)
        self.expected_s: float | None = None
        self._begun = time.monotonic()
        self._out = _Lines(highlight=False, markup=False, soft_wrap=True)
        self._err = _Lines(stderr=True, highlight=False, markup=False, soft_wrap=True)

    def say(self, text: Text | str = "") -> None:
        """Print one line of the result."""
        self._out.print(visible(text if isinstance(text, str) else text[self.lang]))

    def write(self, text: str) -> None:
        """Write text to standard output as it is."""
        try:
            sys.stdout.write(text if text.endswith("\n") else text + "\n")
            sys.stdout.flush()
        except BrokenPipeError:
            self._out.on_broken_pipe()

    def note(self, text: Text | str) -> None:
        """Print one line about the result (a warning, a place to look) on standard error."""
        self._err.print(visible(text if isinstance(text, str) else text[self.lang]))

    @contextlib.contextmanager
    def progress(self) -> Iterator[Callable[[Text], None]]:
        """Show what is being done, on a terminal only."""
        if not self._err.is_terminal:
            yield lambda _text: None
            return
        with self._err.status("…") as status:

            def tell(text: Text) -> None:
                status.update(timed(text, time.monotonic() - self._begun, self.expected_s)[self.lang])

            yield tell
