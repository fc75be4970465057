"""Starts writers that can be killed: reads ``OUT MODE`` lines, forks a writer for each, says its process id.

Forking saves a writer the second that importing takes. A writer replaces its folder without end,
by turns with two reports, until it is killed; in mode ``once`` it writes once and ends.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from sample_reports import city, sample_report

from analyses.outputs import run_folder
from layers.errors import ShanhaiError


def write(out: Path, mode: str) -> None:
    reports = sample_report(), sample_report(city(residents=1.0))
    if mode == "plain":
        run_folder.exchange = lambda *_: False
    turn = 0
    while True:
        run_folder.write_run(reports[turn % 2], out, map_html="<p>map</p>" * 1000)
        if mode == "once":
            return
        turn += 1


def main() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        out, mode = line.split()
        child = os.fork()
        if child == 0:
            code = 0
            try:
                write(Path(out), mode)
            except ShanhaiError as error:
                code = error.exit_code
            os._exit(code)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
