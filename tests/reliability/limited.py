"""Write a run where no file may grow beyond so many bytes, and say in one sentence how it ended."""

from __future__ import annotations

import resource
import signal
import sys
from pathlib import Path

from sample_reports import sample_report

from analyses.outputs.run_folder import write_run
from layers.errors import ShanhaiError


def main(out: str, limit: str) -> int:
    report = sample_report()
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
    try:
        write_run(report, Path(out), map_html="x" * 150_000)
    except ShanhaiError as error:
        sys.stdout.write(f"{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
