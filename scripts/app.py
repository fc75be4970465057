"""The command ``shanhai``: every subcommand, one door for errors, one exit code."""

from __future__ import annotations

import atexit
import contextlib
import errno
import gc
import io
import os
import signal
import sys
import traceback
from typing import TYPE_CHECKING, NoReturn, TypeVar

import typer

from geo.processes import keep_freed
from layers.errors import ShanhaiError
from layers.text import Text
from scripts.console import language

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")

INTERRUPTED = 130
NOT_JUDGED = 3
USAGE = 2
_SHAPES_BETWEEN_COLLECTIONS = 100_000


def make_app() -> typer.Typer:
    """Assemble the command line; a command is a module of this package."""
    from scripts import (  # noqa: PLC0415 - the rest is not needed to print help or an early error
        check,
        compare,
        delineate,
        demo,
        explain,
        import_osm,
        indicators,
        init,
        map_page,
        report,
        run,
        sign,
        validate,
        vary,
        verify,
    )

    app = typer.Typer(
        name="shanhai",
        help="山海：城市生态空间指标与目标校核。Measures a city's ecological space against plan targets.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
        rich_markup_mode=None,
    )
    for module in (
        demo,
        init,
        import_osm,
        validate,
        run,
        check,
        map_page,
        compare,
        report,
        explain,
        vary,
        verify,
        sign,
        indicators,
        delineate,
    ):
        app.command(module.NAME, help=module.HELP, short_help=module.HELP.partition("。")[0])(module.command)
    return app


def main() -> None:
    """Entry point of the console script."""
    ready_streams()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # to be ended leaves as little as Ctrl-C
    make_room()
    leave(
        guarded(
            lambda arguments: make_app()(arguments, standalone_mode=False, prog_name="shanhai"),
            sys.argv[1:] or ["--help"],
        )
    )


def ready_streams() -> None:
    """Make sure that to say something can neither end a command nor change its exit code.

    A closed stream leads nowhere, and its number is not given to the next file that is opened; signs that the
    terminal's encoding lacks become question marks.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free: this one
        if getattr(sys, name) is None:
            setattr(
                sys, name, os.fdopen(number, "r" if number == 0 else "w", encoding="utf-8", closefd=False)
            )
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def make_room() -> None:
    """Set how memory is held while a city is worked on.

    A city is hundreds of thousands of shapes that stay: to look at them again and again, whether one can go,
    takes a tenth of the time; to have memory cleared anew for each large array takes a twentieth.
    """
    gc.set_threshold(_SHAPES_BETWEEN_COLLECTIONS)
    keep_freed()


def run_alone(command: Callable[..., object], help_text: str) -> None:
    """Run one command as a script of its own (``python -m scripts.run ...``)."""
    app = typer.Typer(pretty_exceptions_enable=False, add_completion=False, rich_markup_mode=None)
    app.command(help=help_text)(command)
    ready_streams()
    leave(guarded(lambda arguments: app(arguments, standalone_mode=False), sys.argv[1:]))


def leave(code: int) -> NoReturn:
    """End the process as ``sys.exit`` does, but for letting go of a city's millions of shapes one by one."""
    atexit._run_exitfuncs()  # noqa: SLF001 - what sys.exit would do first
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # who read it is gone: the verdict stays
            stream.flush()
    os._exit(code)


_held: list[object] = []


def held_to_the_end(one: T) -> T:
    """Hold what else would be let go shape by shape when a command ends; what was held before is let go."""
    _held[:] = [one]
    return one


def guarded(start: Callable[[list[str]], object], arguments: Sequence[str]) -> int:
    """Run a command and turn every ending into an exit code and at most one sentence."""
    try:
        code = start(list(arguments))
    except typer.TyperException as error:
        print(f"shanhai: {error.format_message()}", file=sys.stderr)
        return USAGE
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the last door: no traceback reaches a user
        if "--debug" in arguments:
            traceback.print_exc()
        sentence, exit_code = ending(error)
        print(f"shanhai: {sentence[language(arguments, os.environ)]}", file=sys.stderr)
        return exit_code
    if code == INTERRUPTED:  # typer makes this of Ctrl-C, without a word
        print(f"shanhai: {_INTERRUPTED[language(arguments, os.environ)]}", file=sys.stderr)
    return code if isinstance(code, int) else 0


def ending(error: BaseException) -> tuple[Text, int]:
    """Give the sentence and the exit code for an error that ends a command."""
    if isinstance(error, ShanhaiError):
        return error.message, error.exit_code
    if isinstance(error, KeyboardInterrupt | typer.Abort):
        return _INTERRUPTED, INTERRUPTED
    if isinstance(error, MemoryError):
        return _MEMORY, NOT_JUDGED
    if isinstance(error, OSError):
        return _system_error(error), USAGE
    return _unexpected(error), NOT_JUDGED


_INTERRUPTED = Text("已中断；未留下半成品", "interrupted; nothing half-written was left")
_MEMORY = Text(
    "内存不足；请减少图层范围或在内存更大的机器上运行",
    "out of memory; bring smaller layers or a larger machine",
)


def _system_error(error: OSError) -> Text:
    place = error.filename or ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Text(
            f"磁盘已满：{place}；请清理空间后重试", f"disk full: {place}; free some space and try again"
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return Text(
            f"没有权限：{place}；请换一个可写的位置",
            f"no permission: {place}; choose a place you may write to",
        )
    return Text(
        f"无法读写 {place}：{error.strerror or error}",
        f"cannot read or write {place}: {error.strerror or error}",
    )


def _unexpected(error: BaseException) -> Text:
    what = f"{type(error).__name__}: {str(error)[:300]}"
    return Text(
        f"程序内部错误（{what}）；加 --debug 可见调用栈，请连同它报告此问题",
        f"internal error ({what}); --debug shows the traceback, please report it with that",
    )


if __name__ == "__main__":
    main()
